package dev.reprise.conformance.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.conformance.Level;
import dev.reprise.conformance.Profile;
import dev.reprise.conformance.reference.Fault;
import dev.reprise.conformance.report.HtmlReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The catalogue. */
class CasesTest {
    private static Stream<String> rules() {
        return Arrays.stream(Profile.values())
                .flatMap(profile -> Cases.of(profile).stream())
                .map(Case::rule)
                .distinct();
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void every_case_has_a_name_of_its_own_an_expectation_and_a_source(Profile profile) {
        List<Case> cases = Cases.of(profile);

        assertThat(cases).extracting(Case::id).doesNotHaveDuplicates();
        assertThat(cases).allSatisfy(one -> {
            assertThat(one.expected()).isNotBlank();
            assertThat(one.sources()).isNotEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void every_case_comes_after_those_that_it_builds_on(Profile profile) {
        List<String> before = new ArrayList<>();
        for (Case next : Cases.of(profile)) {
            before.add(next.id());
            assertThat(before).as(next.id()).containsAll(next.after());
        }
    }

    /** Whoever follows another standard is not reproached for what only we do. */
    @ParameterizedTest
    @EnumSource(Profile.class)
    void what_only_we_ask_for_is_marked_as_ours(Profile profile) {
        assertThat(Cases.of(profile)).allSatisfy(one -> {
            if (one.level() != Level.OURS) {
                assertThat(one.sources()).as(one.id()).anyMatch(source -> source.uri() != null);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void no_nicety_hides_a_must(Profile profile) {
        Map<String, Level> levels = Cases.of(profile).stream().collect(Collectors.toMap(Case::id, Case::level));
        assertThat(Cases.of(profile))
                .allSatisfy(one -> assertThat(one.after())
                        .as(one.id())
                        .allMatch(before -> one.level().includes(levels.getOrDefault(before, Level.OURS))));
    }

    @Test
    void every_rule_has_a_page() {
        assertThat(rules())
                .allSatisfy(rule -> assertThat(HtmlReport.class.getResource("rules/" + rule + ".md"))
                        .as("docs/rules/" + rule + ".md")
                        .isNotNull());
    }

    @Test
    void for_every_rule_there_is_a_server_that_breaks_it() {
        assertThat(Arrays.stream(Fault.values()).map(Fault::rule)).containsAll(rules().toList());
    }
}
