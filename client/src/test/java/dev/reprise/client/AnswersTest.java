package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.ScriptedServer.Step;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Scripts in which the server answers, and its answer decides. */
class AnswersTest extends ScriptedCalls {
    private static final String MISMATCH = "{\"type\":\"https://reprise.dev/problems/payload-mismatch\"}";

    @ParameterizedTest
    @EnumSource
    void an_operation_in_progress_is_asked_for_again_C2(Way way) throws Exception {
        script(new Step.Answer(409, IN_PROGRESS, "Retry-After", "2"), new Step.Answer(409, IN_PROGRESS));

        assertReport(post(way), 3, false, Certainty.HAPPENED);
        assertOneOperation(3);
        assertThat(waits.get(0)).isBetween(Duration.ofSeconds(2), Duration.ofMillis(2200));
    }

    @ParameterizedTest
    @EnumSource
    void any_other_409_is_the_answer_with_its_whole_body_C2(Way way) throws Exception {
        String body = "{\"type\":\"https://shop.example/sold-out\"}" + "x".repeat(100_000);
        script(new Step.Answer(409, body));

        HttpResponse<String> response = post(way);

        assertThat(response.body()).isEqualTo(body);
        assertReport(response, 1, false, Certainty.REFUSED);
    }

    @ParameterizedTest
    @EnumSource
    void a_409_for_an_unknown_reason_after_a_lost_answer_leaves_it_open_C8(Way way) throws Exception {
        script(new Step.Reset(true), new Step.Answer(409, "still busy with that"));

        assertReport(post(way), 2, false, Certainty.MAY_HAVE_HAPPENED);
    }

    @ParameterizedTest
    @EnumSource
    void a_server_says_in_every_form_when_to_come_again_C4(Way way) throws Exception {
        script(
                new Step.Answer(503, "", "Retry-After", "3"),
                new Step.Answer(503, "", "Retry-After", "Thu, 01 Jan 2026 00:00:10 GMT"),
                new Step.Answer(503, "", "Retry-After", "Thursday, 01-Jan-26 00:00:20 GMT"),
                new Step.Answer(503, "", "Retry-After", "Thu Jan  1 00:00:30 2026"));

        assertReport(post(way), 5, false, Certainty.HAPPENED);
        assertOneOperation(5);
        assertThat(waits.get(0)).isBetween(Duration.ofSeconds(3), Duration.ofMillis(3200));
        assertThat(waits.get(1)).isBetween(Duration.ofMillis(6800), Duration.ofMillis(7400));
        assertThat(clock.instant()).isBetween("2026-01-01T00:00:30Z", "2026-01-01T00:00:31.600Z");
    }

    @ParameterizedTest
    @EnumSource
    void a_replayed_failure_is_final_C2(Way way) throws Exception {
        script(new Step.Answer(500, "recorded", "Idempotent-Replayed", "true"));

        HttpResponse<String> response = post(way);

        assertThat(response.body()).isEqualTo("recorded");
        assertReport(response, 1, true, Certainty.MAY_HAVE_HAPPENED);
    }

    @ParameterizedTest
    @EnumSource
    void a_mismatch_is_final_C2(Way way) throws Exception {
        script(new Step.Answer(422, MISMATCH));

        assertReport(post(way), 1, false, Certainty.REFUSED);
    }

    @ParameterizedTest
    @EnumSource
    void a_key_that_is_refused_after_a_reset_leaves_it_open_C8(Way way) throws Exception {
        String expired = "{\"type\":\"https://reprise.dev/problems/invalid-key\"}";
        script(new Step.Reset(true), new Step.Answer(400, expired));
        HttpResponse<String> response = post(way);
        assertThat(response.body()).isEqualTo(expired);
        assertReport(response, 2, false, Certainty.MAY_HAVE_HAPPENED);
    }

    @ParameterizedTest
    @EnumSource
    void a_request_that_is_refused_after_a_reset_is_refused_C8(Way way) throws Exception {
        script(new Step.Reset(false), new Step.Answer(422, "{\"type\":\"no-such-currency\"}"));
        assertReport(post(way), 2, false, Certainty.REFUSED);
    }

    @ParameterizedTest
    @EnumSource
    void a_429_after_a_reset_leaves_it_open_C10(Way way) throws Exception {
        policy = policy.withMaxAttempts(2);
        script(new Step.Reset(true), new Step.Answer(429, "slow down"));

        HttpResponse<String> response = post(way);

        assertThat(response.body()).isEqualTo("slow down");
        assertReport(response, 2, false, Certainty.MAY_HAVE_HAPPENED);
        assertThat(report(response).stop()).isEqualTo(StopReason.ATTEMPTS);
    }

    @ParameterizedTest
    @EnumSource
    void a_server_may_overrule_C2(Way way) throws Exception {
        script(
                new Step.Answer(400, "", "Stripe-Should-Retry", "true"),
                new Step.Answer(500, "no", "Stripe-Should-Retry", "false"));

        HttpResponse<String> response = post(way);

        assertThat(response.body()).isEqualTo("no");
        assertReport(response, 2, false, Certainty.MAY_HAVE_HAPPENED);
    }
}
