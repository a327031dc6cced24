package dev.reprise.conformance.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.conformance.CaseResult;
import dev.reprise.conformance.CheckLimits;
import dev.reprise.conformance.Profile;
import dev.reprise.conformance.Report;
import dev.reprise.conformance.RequestVariant;
import dev.reprise.conformance.Target;
import dev.reprise.conformance.Verdict.NotObservable;
import dev.reprise.conformance.Verdict.Pass;
import dev.reprise.conformance.reference.Fault;
import dev.reprise.conformance.reference.ReferenceServer;
import dev.reprise.conformance.reference.Settings;
import dev.reprise.conformance.reference.Targets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The checker asks for no more than it may, and judges no more than it saw. Mostly waits. */
@Execution(ExecutionMode.CONCURRENT)
class CareTest {
    private static Report check(Fault fault, CheckLimits limits, boolean counts) {
        try (ReferenceServer server = new ReferenceServer(Settings.of(Profile.IETF, fault))) {
            var target = Targets.of(server, Profile.IETF);
            return ConformanceCheck.of((counts ? target : target.effects(null)).build(), limits)
                    .run(result -> {});
        }
    }

    @Test
    void a_plan_sends_nothing_and_says_what_would_be_sent() {
        AtomicInteger connections = new AtomicInteger();
        try (RawServer server = new RawServer(socket -> connections.incrementAndGet())) {
            Target target = Target.at(server.uri("http"))
                    .body(new dev.reprise.conformance.Payload("application/json", "{\"amount\":5}"))
                    .build();

            CheckPlan plan = ConformanceCheck.of(target, CheckLimits.DEFAULT).plan();

            assertThat(String.join("\n", plan.summary()))
                    .contains("POST " + server.uri("http"))
                    .contains("{\"amount\":4}")
                    .contains("At most   600 requests in 300 seconds, 20 a second, 50 at once");
            assertThat(plan.running()).isBetween(1L, (long) plan.steps().size());
        }
        assertThat(connections).hasValue(0);
    }

    @Test
    void no_more_requests_are_sent_than_allowed_and_the_rest_is_not_judged() {
        CheckLimits limits = new CheckLimits(40, Duration.ofMinutes(1), 10_000, 20, Duration.ofSeconds(4), 1 << 20);

        Report report = check(Fault.NONE, limits, true);

        assertThat(report.requests()).isLessThanOrEqualTo(40);
        assertThat(report.results()).noneMatch(CaseResult::failed);
        assertThat(report.results())
                .filteredOn(result ->
                        result.verdict() instanceof NotObservable(String why) && why.contains("--max-requests"))
                .isNotEmpty();
    }

    @Test
    void a_refusal_that_says_to_ask_again_is_none_that_could_be_replayed_S14() {
        try (ReferenceServer server = new ReferenceServer(Settings.of(Profile.IETF, Fault.NONE))) {
            Target busy = Targets.of(server, Profile.IETF)
                    .refused(RequestVariant.ofField("Test-Variant", "busy"))
                    .build();

            Report report = ConformanceCheck.of(busy, Targets.LIMITS).run(result -> {});

            assertThat(report.results())
                    .filteredOn(result -> result.verdict() instanceof NotObservable(String why)
                            && why.contains("got 429, by which nothing was decided"))
                    .hasSize(1);
        }
    }

    @Test
    void no_check_lasts_longer_than_allowed() {
        CheckLimits limits = new CheckLimits(600, Duration.ofSeconds(2), 10, 20, Duration.ofSeconds(4), 1 << 20);

        Report report = check(Fault.NONE, limits, true);

        // The last request that was begun in time may still end.
        assertThat(report.took()).isLessThan(Duration.ofSeconds(2 + 4 + 1));
        assertThat(report.results()).noneMatch(CaseResult::failed);
    }

    @Test
    void without_a_count_a_correct_server_has_no_findings() {
        assertThat(check(Fault.NONE, Targets.LIMITS, false).results())
                .filteredOn(CaseResult::failed)
                .isEmpty();
    }

    @Test
    void without_a_count_and_without_marks_nothing_is_invented_S17() {
        assertThat(check(Fault.DOES_NOT_MARK_REPLAYS, Targets.LIMITS, false).results())
                .filteredOn(CaseResult::failed)
                .extracting(CaseResult::rule)
                .containsExactly("S17");
    }

    @Test
    void without_a_count_a_second_execution_shows_by_its_answer_S7() {
        Report report = check(Fault.IGNORES_KEYS, Targets.LIMITS, false);

        assertThat(report.headline()).contains("not idempotent");
        assertThat(report.results())
                .filteredOn(CaseResult::failed)
                .extracting(CaseResult::id)
                .containsExactly("S7-once");
        assertThat(report.results()).anyMatch(result -> result.verdict() instanceof Pass);
    }

    @Test
    void no_credential_whole_key_or_body_is_in_a_report() {
        Report report = check(Fault.DOES_NOT_MARK_REPLAYS, Targets.LIMITS, true);

        assertThat(report.results())
                .flatExtracting(CaseResult::exchanges)
                .allSatisfy(exchange -> assertThat(exchange.sent() + exchange.came())
                        .doesNotContain("alice")
                        .doesNotContain("amount")
                        .doesNotContainPattern("[0-9a-f-]{36}"));
    }
}
