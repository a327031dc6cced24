package dev.reprise.conformance.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.conformance.CaseResult;
import dev.reprise.conformance.Profile;
import dev.reprise.conformance.Report;
import dev.reprise.conformance.TargetBuilder;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.reference.Fault;
import dev.reprise.conformance.reference.ReferenceServer;
import dev.reprise.conformance.reference.Settings;
import dev.reprise.conformance.reference.Targets;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Servers of others that were once judged wrongly: each thing is judged alone, and no more is said than was seen. */
@Execution(ExecutionMode.CONCURRENT)
class FairnessTest {
    private static Report check(UnaryOperator<TargetBuilder> target, Fault... faults) {
        try (ReferenceServer server = new ReferenceServer(Settings.of(Profile.IETF, faults))) {
            return ConformanceCheck.of(
                            target.apply(Targets.of(server, Profile.IETF)).build(), Targets.LIMITS)
                    .run(result -> {});
        }
    }

    private static Report checkWithoutCounting(Fault... faults) {
        return check(target -> target.effects(null), faults);
    }

    private static List<String> failed(Report report) {
        return report.results().stream()
                .filter(CaseResult::failed)
                .map(CaseResult::id)
                .toList();
    }

    private static Verdict verdict(Report report, String id) {
        return report.results().stream()
                .filter(result -> result.id().equals(id))
                .map(CaseResult::verdict)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_replay_without_location_is_no_second_execution_S7_S18() {
        assertThat(failed(checkWithoutCounting(Fault.FORGETS_LOCATION))).containsExactly("S18-result");
    }

    @Test
    void a_replay_with_another_body_is_no_second_execution_while_its_id_is_the_same_S7() {
        assertThat(failed(checkWithoutCounting(Fault.REPLAYS_ANOTHER_BODY))).containsExactly("S7-answer");
    }

    @Test
    void a_replay_of_another_shape_hides_nothing_that_is_counted_S10_S20() {
        Report report = check(target -> target, Fault.REPLAYS_ANOTHER_BODY);

        assertThat(failed(report)).containsExactly("S7-answer");
        assertThat(report.results())
                .noneMatch(result ->
                        result.verdict() instanceof Verdict.NotObservable(String why) && why.startsWith("Needs"));
    }

    @Test
    void a_server_that_refuses_the_same_body_is_told_so_once_and_judged_with_bodies_that_differ_S7() {
        for (UnaryOperator<TargetBuilder> target :
                List.<UnaryOperator<TargetBuilder>>of(each -> each, each -> each.effects(null))) {
            Report report = check(target, Fault.REFUSES_THE_SAME_BODY_UNDER_ANOTHER_KEY);

            assertThat(report.observations())
                    .anyMatch(seen -> seen.startsWith("The same body under another key got 409"));
            assertThat(failed(report)).containsExactly("S7-another");
            assertThat(report.results())
                    .filteredOn(result -> result.verdict() instanceof Verdict.NotObservable)
                    .hasSizeLessThan(5);
        }
    }

    @Test
    void a_server_that_refuses_every_second_operation_cannot_be_checked_and_is_told_why_S7() {
        Report report = check(target -> target.body(null), Fault.REFUSES_THE_SAME_BODY_UNDER_ANOTHER_KEY);

        assertThat(report.obstacle())
                .startsWith("The same body under another key got 409")
                .contains("a number");
        assertThat(report.results()).isEmpty();
    }

    @Test
    void the_charge_of_another_caller_is_recognised_without_location_and_mark_S13() {
        Fault[] faults = {Fault.LOOKS_UP_BEFORE_IT_AUTHENTICATES, Fault.FORGETS_LOCATION, Fault.DOES_NOT_MARK_REPLAYS};
        for (Report report : List.of(checkWithoutCounting(faults), check(target -> target, faults))) {
            assertThat(failed(report)).contains("S13-absent", "S13-revoked");
        }
    }

    /** Nothing tells its answers apart; only the count shows that one of them was not executed. */
    @Test
    void the_answer_for_another_caller_is_counted_where_it_can_be_S13() {
        Fault[] faults = {Fault.LOOKS_UP_BEFORE_IT_AUTHENTICATES, Fault.DOES_NOT_MARK_REPLAYS, Fault.ANSWERS_ALL_ALIKE};

        assertThat(failed(check(target -> target, faults))).contains("S13-absent", "S13-revoked");
        assertThat(failed(checkWithoutCounting(faults))).isEmpty();
    }

    @Test
    void a_409_without_retry_after_hides_nothing_S8_S10_S16() {
        Report report = check(target -> target, Fault.DOES_NOT_SAY_WHEN_TO_COME_AGAIN, Fault.STORES_THE_409);

        assertThat(failed(report)).contains("S8-retry-after", "S10-in-progress");
        assertThat(verdict(report, "S24-in-progress")).isInstanceOf(Verdict.Pass.class);
    }

    @Test
    void another_status_for_a_mismatch_does_not_hide_that_it_is_recorded_S9_S10() {
        Report report = check(target -> target, Fault.ANSWERS_MISMATCH_WITH_417, Fault.STORES_THE_422);

        assertThat(failed(report)).contains("S9-status", "S10-mismatch").doesNotContain("S9-finished");
    }

    @Test
    void a_mark_that_cannot_be_believed_is_no_evidence_S17_S12() {
        Report report = check(target -> target, Fault.MARKS_FIRST_RESPONSES, Fault.SCOPES_BY_NOTHING);

        assertThat(failed(report)).contains("S17-first", "S12-caller").doesNotContain("S5-get", "S20-cut-short");
    }

    @Test
    void refusals_are_judged_where_replays_are_not_marked_S14() {
        Report forgets = check(
                target -> target, Fault.DOES_NOT_MARK_REPLAYS, Fault.NUMBERS_ITS_REFUSALS, Fault.FORGETS_REFUSALS);
        Report replays = check(target -> target, Fault.DOES_NOT_MARK_REPLAYS, Fault.NUMBERS_ITS_REFUSALS);

        assertThat(failed(forgets)).contains("S14-refusal");
        assertThat(verdict(replays, "S14-refusal")).isInstanceOf(Verdict.Pass.class);
        assertThat(verdict(check(target -> target, Fault.DOES_NOT_MARK_REPLAYS), "S14-refusal"))
                .isInstanceOf(Verdict.NotObservable.class);
    }

    /** A server that takes the whole field for the key accepts what is malformed, and still protects. */
    @Test
    void an_opaque_key_is_no_unprotected_one_S2() {
        assertThat(verdict(check(target -> target, Fault.TAKES_ANY_KEY), "S2-protects"))
                .isInstanceOf(Verdict.Pass.class);
        assertThat(failed(check(target -> target, Fault.EXECUTES_MALFORMED_KEYS)))
                .contains("S2-protects");
    }

    @Test
    void a_link_in_the_body_says_where_keys_are_documented_S4() {
        assertThat(verdict(check(target -> target), "S4-link")).isInstanceOf(Verdict.Pass.class);
    }
}
