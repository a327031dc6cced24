package dev.reprise.houserules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
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
                .overridingErrorMessage("""
                        The public API of core changed. If that is meant, write core/api.txt anew and commit it too:
                          ./mvnw -q test -Papi
                        %s
                        %s
                        """, marked("-", without(checkedIn, api)), marked("+", without(api, checkedIn)))
                .isEqualTo(checkedIn);
    }

    private static String marked(String mark, List<String> lines) {
        return lines.stream().map(line -> mark + " " + line).collect(Collectors.joining("\n"));
    }

    private static List<String> without(List<String> lines, List<String> others) {
        List<String> rest = new ArrayList<>(qualified(lines));
        rest.removeAll(qualified(others));
        return rest;
    }

    /** Each line with the package and the type it is under, without which members of the same name look alike. */
    private static List<String> qualified(List<String> lines) {
        List<String> qualified = new ArrayList<>();
        String packageLine = "";
        String typeLine = "";
        for (String line : lines) {
            if (line.startsWith("    ")) {
                qualified.add(typeLine + ": " + line.strip());
            } else if (line.startsWith("  ")) {
                typeLine = packageLine + ": " + line.strip();
                qualified.add(typeLine);
            } else {
                packageLine = line;
            }
        }
        return qualified;
    }
}
