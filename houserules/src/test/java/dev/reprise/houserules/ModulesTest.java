package dev.reprise.houserules;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between the modules. */
class ModulesTest {
    /** These tests, the list of what is published, and the distribution. */
    private static final Set<String> WITHOUT_CLASSES = Set.of("houserules", "bom", "dist");

    static Stream<Module> modules() {
        return House.MODULES.stream();
    }

    @Test
    void every_module_of_the_build_is_under_these_rules() throws Exception {
        assertThat(House.MODULES)
                .extracting(Module::folder)
                .as("House.MODULES, which must list what pom.xml builds; houserules/pom.xml needs the dependency too")
                .containsExactlyInAnyOrderElementsOf(builtFolders());
    }

    @ParameterizedTest
    @MethodSource("modules")
    void every_module_is_entered_everywhere(Module module) throws Exception {
        Process script = new ProcessBuilder("sh", ".ci/module", module.folder())
                .directory(House.ROOT.toFile())
                .redirectErrorStream(true)
                .start();

        assertThat(new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(script.waitFor()).isZero();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void every_module_has_classes_and_all_are_in_its_own_packages(Module module) {
        assertThat(module.classes())
                .isNotEmpty()
                .filteredOn(type -> !isIn(type.getPackageName(), module))
                .extracting(JavaClass::getName)
                .isEmpty();
    }

    @Test
    void every_class_is_of_a_module_under_these_rules() {
        assertThat(House.CLASSES)
                .isNotEmpty()
                .filteredOn(type -> House.moduleOf(type).isEmpty())
                .extracting(JavaClass::getName)
                .isEmpty();
    }

    /**
     * Core: the JDK and JSpecify. The test kit: core, JUnit and AssertJ. Stores, adapters and the console: core and no sibling. What mounts the
     * console: that. A starter: these, the client, what builds on it, and what joins both sides.
     * Client and conformance checker: no other module. What builds on the client: that. What joins
     * both sides: core, the client, and what builds on it. Gateway, benchmarks and examples compose.
     */
    @ParameterizedTest
    @MethodSource("modules")
    void a_module_uses_only_what_its_kind_allows(Module module) {
        classes()
                .should()
                .onlyDependOnClassesThat(describe("a module of kind " + module.kind() + " may use", module::mayUse))
                .check(module.classes());
    }

    @ParameterizedTest
    @MethodSource("modules")
    void the_packages_of_a_module_form_no_cycle(Module module) {
        slices().assignedFrom(new Packages()).should().beFreeOfCycles().check(module.classes());
    }

    private static boolean isIn(String name, Module module) {
        return module.kind() == Kind.CORE
                ? House.CORE_PACKAGES.contains(name)
                : name.equals(module.root()) || name.startsWith(module.root() + ".");
    }

    private static List<String> builtFolders() throws Exception {
        var names = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(House.ROOT.resolve("pom.xml").toFile())
                .getElementsByTagName("module");
        return IntStream.range(0, names.getLength())
                .mapToObj(i -> names.item(i).getTextContent())
                .filter(folder -> !WITHOUT_CLASSES.contains(folder))
                .toList();
    }

    /** One slice per package; an SPI speaks of values in the package above it, and that stands on the SPI. */
    private static final class Packages implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getPackageName();
            return SliceIdentifier.of(
                    switch (name) {
                        case "dev.reprise.spi", "dev.reprise.internal" -> "dev.reprise";
                        case "dev.reprise.client.spi" -> "dev.reprise.client";
                        default -> name;
                    });
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }
}
