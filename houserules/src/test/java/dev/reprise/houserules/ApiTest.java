package dev.reprise.houserules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The public API of core is a file, so that a change of it is seen in review. */
class ApiTest {
    private static final Path FILE = House.ROOT.resolve("core/api.txt");

    @Test
    void the_api_of_core_is_the_checked_in_one() throws IOException {
        List<String> api = ApiText.of(House.core().classes().stream()
                .<Class<?>>map(JavaClass::reflect)
                .toList());
        if (System.getProperty("reprise.api", "check").equals("write")) {
            Files.write(FILE, api);
        }

        List<String> checkedIn = Files.readAllLines(FILE);

        assertThat(api)
                .as("""
                        the public API of core. If the change is meant, write core/api.txt anew and commit it too:
                          ./mvnw -q test -Papi
                        Gone: %s
                        New:  %s
                        """, without(checkedIn, api), without(api, checkedIn))
                .isEqualTo(checkedIn);
    }

    private static List<String> without(List<String> lines, List<String> others) {
        return lines.stream()
                .filter(line -> !others.contains(line))
                .map(String::strip)
                .toList();
    }
}
