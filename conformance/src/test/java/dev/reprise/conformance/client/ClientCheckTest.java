package dev.reprise.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.conformance.CaseResult;
import dev.reprise.conformance.Level;
import dev.reprise.conformance.Report;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.report.HtmlReport;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checker passes a good client, and finds each fault where it is and nowhere else. Mostly waits. */
@Execution(ExecutionMode.CONCURRENT)
class ClientCheckTest {
    private static final ClientCheck.Settings SETTINGS =
            ClientCheck.Settings.DEFAULT.withRounds(4).withLongest(Duration.ofSeconds(20));

    private static Report check(ClientProgram program, ClientCheck.Settings settings) throws Exception {
        return new ClientCheck("a planted client", program, settings).run(uri -> {}, line -> {});
    }

    private static Report check(ClientFault fault) throws Exception {
        return check(
                new PlantedClient(fault),
                fault == ClientFault.NEVER_GIVES_UP ? SETTINGS.withLongest(Duration.ofSeconds(9)) : SETTINGS);
    }

    @ParameterizedTest
    @EnumSource
    void each_fault_of_a_client_is_found_by_its_cases_and_by_no_other(ClientFault fault) throws Exception {
        Report report = check(fault);

        assertThat(report.obstacle()).isNull();
        assertThat(report.results())
                .filteredOn(CaseResult::failed)
                .as(() -> report.results().stream()
                        .filter(CaseResult::failed)
                        .map(result -> result.id() + ": " + result.verdict().remark())
                        .toList()
                        .toString())
                .extracting(CaseResult::id)
                .containsExactlyInAnyOrder(fault.cases());
    }

    @Test
    void a_good_client_passes_all_C1_C2_C3_C4_C5_C7() throws Exception {
        assertThat(check(ClientFault.NONE).results()).allMatch(result -> result.verdict() instanceof Verdict.Pass);
    }

    @Test
    void a_client_that_sends_nothing_cannot_be_checked_and_it_is_told_why() throws Exception {
        Report report =
                check((address, atMost) -> new ClientProgram.Ended(true, "It ended with 1 and said: oops"), SETTINGS);

        assertThat(report.obstacle()).startsWith("No request came in run 1").endsWith("said: oops");
        assertThat(report.results()).isEmpty();
    }

    @Test
    void for_every_case_there_is_a_client_that_breaks_it() {
        assertThat(Arrays.stream(ClientFault.values()).map(ClientFault::cases).flatMap(Arrays::stream))
                .containsAll(ClientCases.all().stream().map(ClientCase::id).toList());
    }

    @Test
    void every_rule_has_a_page_and_what_only_we_ask_for_is_marked_as_ours() {
        assertThat(ClientCases.all()).extracting(ClientCase::id).doesNotHaveDuplicates();
        assertThat(ClientCases.all()).allSatisfy(one -> {
            assertThat(HtmlReport.class.getResource("rules/" + one.rule() + ".md"))
                    .as("docs/rules/" + one.rule() + ".md")
                    .isNotNull();
            if (one.level() != Level.OURS) {
                assertThat(one.sources()).as(one.id()).anyMatch(source -> source.uri() != null);
            }
        });
    }
}
