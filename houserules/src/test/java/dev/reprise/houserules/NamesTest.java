package dev.reprise.houserules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** One simple name means one thing, in whatever module it stands; {@code docs/glossary.md} says which. */
class NamesTest {
    /** The same thing in modules that may not see each other, and why that is so. */
    private static final Map<String, String> TWICE = Map.of(
            "Batch", "the changes that a store writes together; each store has its own",
            "Change", "a call that changes a record, in the stores",
            "Converters", "readers of command line options, one for each command line",
            "IdempotencyKey", "the client has no core on its class path",
            "Profile", "the checker must not see what it checks",
            "RetryInterceptor", "what each HTTP library calls its extension point",
            "SqlDialect", "the databases of a store and of an outbox, which may differ");

    @Test
    void one_simple_name_means_one_thing_across_modules() {
        Map<String, Set<String>> modules = House.CLASSES.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .filter(type -> House.moduleOf(type).isPresent())
                .collect(Collectors.groupingBy(
                        JavaClass::getSimpleName,
                        TreeMap::new,
                        Collectors.mapping(
                                type -> House.moduleOf(type).orElseThrow().folder(),
                                Collectors.toCollection(TreeSet::new))));
        modules.values().removeIf(folders -> folders.size() == 1);

        assertThat(modules.keySet())
                .as("names that stand in several modules: " + modules)
                .isEqualTo(new TreeSet<>(TWICE.keySet()));
    }
}
