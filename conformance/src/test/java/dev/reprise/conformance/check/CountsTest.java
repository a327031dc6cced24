package dev.reprise.conformance.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.conformance.Profile;
import dev.reprise.conformance.reference.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How many cases and how many broken servers there are, as {@code README.md} and {@code docs/check.md} say. */
class CountsTest {
    /** Those that need keys issued by the server, or duplicates that are refused; each passes in a run of its own. */
    private static final int OF_OTHER_SETTINGS = 7;

    private static final Pattern SUMMARY =
            Pattern.compile("(\\d+) passed, (\\d+) failed, (\\d+) not applicable, (\\d+) not observable");

    private static String page(String file) throws IOException {
        return Files.readString(Path.of("..", file));
    }

    /** Those of agents are checked at the gateway only. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"ACP", "ADCP"})
    void the_readme_has_a_row_for_each_profile(Profile profile) throws IOException {
        int cases = Cases.of(profile).size();
        String passed = " | " + (cases - OF_OTHER_SETTINGS) + " passed, 0 failed";

        assertThat(page("README.md").lines())
                .contains("| `" + profile.name().toLowerCase(Locale.ROOT) + "`, " + cases + " cases" + passed.repeat(3)
                        + " |");
    }

    @Test
    void the_readme_counts_the_broken_servers() throws IOException {
        long broken = Arrays.stream(Fault.values())
                .filter(fault -> !fault.rule().isEmpty())
                .count();

        assertThat(page("README.md")).contains("each of " + broken + " deliberately broken servers");
    }

    @Test
    void the_example_of_the_page_runs_through_as_many_cases_as_there_are() throws IOException {
        int cases = Cases.of(Profile.IETF).size();

        assertThat(page("docs/check.md")).containsPattern("Runs +\\d+ of " + cases + " cases");
        assertThat(SUMMARY.matcher(page("docs/check.md")).results())
                .isNotEmpty()
                .allSatisfy(summary -> assertThat(IntStream.rangeClosed(1, summary.groupCount())
                                .map(i -> Integer.parseInt(summary.group(i)))
                                .sum())
                        .isEqualTo(cases));
    }
}
