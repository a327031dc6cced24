package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.ScriptedServer.Step;
import dev.reprise.testkit.SettableClock;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Scripts in which time, budget or retention runs out. */
class LimitsTest extends ScriptedCalls {
    @ParameterizedTest
    @EnumSource
    void a_server_that_asks_for_more_time_than_there_is_gets_no_retry_C5(Way way) throws Exception {
        script(new Step.Answer(503, "later", "Retry-After", "60"));

        HttpResponse<String> response = post(way);

        assertThat(response.body()).isEqualTo("later");
        assertReport(response, 1, false, Certainty.DID_NOT_HAPPEN);
        assertThat(report(response).stop()).isEqualTo(StopReason.DEADLINE);
        assertThat(waits).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_wait_that_lasts_until_after_the_deadline_is_followed_by_nothing_C5(Way way) {
        script(new Step.Answer(503, ""));
        duringWaits = () -> clock.advance(Duration.ofMinutes(2));

        CallFailedException failed = failure(way, request(server.uri("/charges")));

        assertThat(failed.report().stop()).isEqualTo(StopReason.DEADLINE);
        assertThat(failed.report().certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(server.received()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void the_last_answer_is_returned_marked_when_the_budget_is_used_up_C6(Way way) throws Exception {
        policy = policy.withBudget(new RetryBudget(2, 0)).withMaxAttempts(10);
        script(new Step.Answer(503, "1"), new Step.Answer(503, "2"), new Step.Answer(503, "3"));

        HttpResponse<String> response = post(way);

        assertThat(response.body()).isEqualTo("3");
        assertThat(report(response).stop()).isEqualTo(StopReason.BUDGET);
    }

    @ParameterizedTest
    @EnumSource
    void nothing_is_resent_when_the_server_may_have_forgotten_the_key_C7(Way way) throws Exception {
        script(new Step.Answer(503, "", "Idempotency-Retention", "2", "Retry-After", "3"));

        HttpResponse<String> response = post(way);

        assertThat(report(response).stop()).isEqualTo(StopReason.RETENTION);
        assertThat(server.received()).hasSize(1);
    }

    @Test
    void a_clock_that_jumps_back_or_ahead_ends_no_call_and_sends_nothing_twice_C5() throws Exception {
        script(new Step.Answer(503, ""), new Step.Answer(503, ""));
        List<Duration> jumps = List.of(Duration.ofDays(-400), Duration.ofDays(400));
        SettableClock jumping = new SettableClock();
        duringWaits = () -> jumping.advance(jumps.get(waits.size() - 1));
        Retries retries = retries(Way.SYNC).clocks(jumping, clock::nanoTime).build();

        assertReport(send(Way.SYNC, retries, request(server.uri("/charges"))), 3, false, Certainty.HAPPENED);
        assertOneOperation(3);
    }
}
