package dev.reprise.houserules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The launcher of this repository, which builds again when sources are newer than the build. */
class LauncherTest {
    private static final Pattern SEARCHED = Pattern.compile("\"\\$home/([a-z/-]+)\"");

    @Test
    void looks_at_all_modules_that_the_gateway_is_made_of_and_at_no_other() throws Exception {
        String search = Files.readAllLines(House.ROOT.resolve("reprise")).stream()
                .filter(line -> line.contains("$(find "))
                .findFirst()
                .orElseThrow();
        List<String> searched = SEARCHED.matcher(search)
                .results()
                .map(match -> match.group(1))
                .filter(folder -> !folder.equals("docs/rules"))
                .toList();

        Set<String> modules = modulesOf("gateway");
        assertThat(modules)
                .allSatisfy(module -> assertThat(searched)
                        .as(
                                "what the launcher searches for newer sources, of which %s is a part of the gateway",
                                module)
                        .anyMatch(folder -> isIn(folder, module)));
        assertThat(searched).allSatisfy(folder -> assertThat(modules).anyMatch(module -> isIn(folder, module)));
    }

    private static boolean isIn(String folder, String module) {
        return (module + "/").startsWith(folder + "/");
    }

    private static Set<String> modulesOf(String folder) {
        Set<String> seen = new LinkedHashSet<>(List.of(folder));
        Deque<String> next = new ArrayDeque<>(seen);
        while (!next.isEmpty()) {
            String present = next.remove();
            House.MODULES.stream()
                    .filter(module -> module.folder().equals(present))
                    .flatMap(module -> module.classes().stream())
                    .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                    .map(Dependency::getTargetClass)
                    .filter(House::isOurs)
                    .flatMap(type -> House.moduleOf(type.getBaseComponentType()).stream())
                    .map(Module::folder)
                    .filter(seen::add)
                    .forEach(next::add);
        }
        return seen;
    }
}
