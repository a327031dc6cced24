package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.spi.AttemptResult.Answered;
import dev.reprise.testkit.ScriptedServer.Step;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of two attempts at once: the first answer that ends the call wins, and nothing is made certain that is not. */
class HedgingTest extends HedgedCalls {
    private final CompletableFuture<Step> first = new CompletableFuture<>();

    @ParameterizedTest
    @EnumSource
    void a_lost_request_is_overtaken_and_cancelled_C1(Way way) throws Exception {
        script(new Step.Silence());

        Running call = call(way);
        hedge();

        assertThat(call.response().body()).isEqualTo("effect 1");
        assertReport(call, 2, Certainty.HAPPENED);
        assertOneOperation(2);
        soon().until(() -> calls.server.abandoned() == 1);
        assertThat(events).first().isInstanceOfSatisfying(RetryEvent.Hedging.class, hedging -> {
            assertThat(hedging.attempt()).isEqualTo(2);
            assertThat(hedging.after()).isEqualTo(AFTER);
        });
        assertThat(assertEnded()).isEqualTo(call.report());
    }

    @Test
    void the_winner_is_known_by_the_head_of_its_answer() throws Exception {
        script(new Step.Silence(), new Step.Stall(true));

        Running call = call();
        hedge();

        soon().until(() -> calls.server.abandoned() == 1);
        assertThat(call.end()).isNotDone();
    }

    @Test
    void an_answer_that_got_stuck_is_replayed_to_the_hedge_C1() throws Exception {
        script(new Step.Stall(false));

        Running call = call();
        hedge();

        assertReport(call, 2, Certainty.HAPPENED);
        assertThat(call.report().replayed()).isTrue();
        assertOneOperation(2);
    }

    @Test
    void an_answer_in_time_needs_no_hedge_and_frees_the_timer() throws Exception {
        Running call = call();

        assertReport(call, 1, Certainty.HAPPENED);
        assertThat(timer.next().end()).isCancelled();
    }

    @Test
    void an_answer_that_has_begun_is_not_hedged() throws Exception {
        script(new Step.Stall(true));

        Running call = call();
        CompletableFuture<Void> wait = timer.next().end();

        soon().until(wait::isCancelled);
        assertThat(call.end()).isNotDone();
    }

    @Test
    void a_hedge_that_finds_the_operation_in_progress_waits_for_it() throws Exception {
        script(new Step.Later(first), new Step.Answer(409, IN_PROGRESS));

        Running call = call();
        hedge();
        soon().until(() -> results.size() == 1);
        first.complete(new Step.Execute());

        assertThat(call.response().statusCode()).isEqualTo(201);
        assertReport(call, 2, Certainty.HAPPENED);
        assertOneOperation(2);
    }

    @Test
    void a_409_of_any_other_kind_may_be_about_the_other_attempt_too() throws Exception {
        script(new Step.Later(first), new Step.Answer(409, "a conflict"));

        Running call = call();
        hedge();
        soon().until(() -> results.size() == 1);
        first.complete(new Step.Execute());

        assertThat(call.response().statusCode()).isEqualTo(201);
        assertReport(call, 2, Certainty.HAPPENED);
    }

    @Test
    void a_hedge_in_progress_whose_first_attempt_is_lost_is_followed_by_a_retry_C2() throws Exception {
        script(new Step.Later(first), new Step.Answer(409, IN_PROGRESS));

        Running call = call();
        hedge();
        soon().until(() -> results.size() == 1);
        first.complete(new Step.Reset(true));
        timer.next().pass();

        assertThat(call.report().attempts()).isEqualTo(3);
        assertThat(call.report().waits()).hasSize(1);
        assertThat(call.report().replayed()).isTrue();
        assertOneOperation(3);
    }

    @Test
    void a_first_attempt_that_fails_leaves_the_call_to_its_hedge() throws Exception {
        CompletableFuture<Step> second = new CompletableFuture<>();
        script(new Step.Later(first), new Step.Later(second));

        Running call = call();
        hedge();
        first.complete(new Step.Reset(false));
        soon().until(() -> results.size() == 1);
        second.complete(new Step.Execute());

        assertReport(call, 2, Certainty.HAPPENED);
        assertOneOperation(2);
    }

    @Test
    void when_both_fail_there_is_one_retry_after_the_time_that_either_asked_for_C4() throws Exception {
        script(new Step.Later(first), new Step.Answer(503, "", "Retry-After", "30"));

        Running call = call();
        hedge();
        soon().until(() -> results.size() == 1);
        first.complete(new Step.Reset(false));
        HandTimer.Wait backoff = timer.next();
        backoff.pass();

        assertThat(backoff.delay()).isBetween(Duration.ofSeconds(19), Duration.ofSeconds(31));
        assertThat(call.report().attempts()).isEqualTo(3);
        assertThat(call.report().waits()).containsExactly(backoff.delay());
        assertOneOperation(3);
    }

    @ParameterizedTest
    @EnumSource
    void two_failures_of_two_attempts_may_have_happened_C5_C8(Way way) throws Exception {
        policy = policy.withMaxAttempts(2);
        script(new Step.Later(first), new Step.Reset(false));

        Running call = call(way);
        hedge();
        soon().until(() -> results.size() == 1);
        first.complete(new Step.Answer(503, "down"));

        assertThat(call.response().body()).isEqualTo("down");
        assertReport(call, 2, Certainty.MAY_HAVE_HAPPENED);
        assertThat(call.report().stop()).isEqualTo(StopReason.ATTEMPTS);
    }

    @Test
    void a_hedge_that_is_turned_away_says_nothing_about_the_attempt_that_is_cancelled_C8_C10() throws Exception {
        script(new Step.Silence(), new Step.Answer(403, "no"));

        Running call = call();
        hedge();

        assertThat(call.response().body()).isEqualTo("no");
        assertReport(call, 2, Certainty.MAY_HAVE_HAPPENED);
    }

    @Test
    void a_refusal_of_the_operation_itself_ends_the_call_C2() throws Exception {
        script(new Step.Silence(), new Step.Answer(402, "no money"));

        Running call = call();
        hedge();

        assertThat(call.response().body()).isEqualTo("no money");
        assertReport(call, 2, Certainty.REFUSED);
    }

    @Test
    void a_busy_server_does_not_end_a_call_whose_other_attempt_is_out_C10() throws Exception {
        script(new Step.Later(first), new Step.Answer(429, "slow down"));

        Running call = call();
        hedge();
        soon().until(() -> results.size() == 1);
        first.complete(new Step.Execute());

        assertThat(call.response().statusCode()).isEqualTo(201);
        assertReport(call, 2, Certainty.HAPPENED);
        assertThat(results)
                .first()
                .isInstanceOfSatisfying(
                        Answered.class,
                        turnedAway -> assertThat(turnedAway.answer().status()).isEqualTo(429));
    }

    @Test
    void a_retry_is_hedged_as_the_first_attempt_is() throws Exception {
        script(new Step.Answer(503, ""), new Step.Silence());

        Running call = call();
        assertThat(timer.next().delay()).isEqualTo(AFTER);
        timer.next().pass();
        awaitReceived(2);
        hedge();

        assertThat(call.report().attempts()).isEqualTo(3);
        assertThat(call.report().waits()).hasSize(1);
        assertOneOperation(3);
    }

    @Test
    void a_safe_request_is_hedged_without_a_key() throws Exception {
        script(new Step.Silence());
        HttpRequest read = HttpRequest.newBuilder(calls.server.uri("/charges")).build();

        Running call = call(Way.ASYNC, client(), read);
        hedge();

        assertReport(call, 2, Certainty.HAPPENED);
        assertThat(call.report().key()).isNull();
    }

    /** The oracle: one answer, one end, one application of the caller's handler, and no attempt that nobody counts. */
    @Test
    void of_two_answers_at_once_one_wins() throws Exception {
        for (int i = 0; i < 200; i++) {
            events.clear();
            int before = calls.server.received().size();
            CompletableFuture<Step> both = new CompletableFuture<>();
            script(new Step.Later(both), new Step.Later(both));

            Running call = call(i % 2 == 0 ? Way.SYNC : Way.ASYNC);
            timer.next().pass();
            awaitReceived(before + 2);
            both.complete(i % 4 < 2 ? new Step.Execute() : new Step.Answer(409, IN_PROGRESS));
            if (i % 4 >= 2) {
                timer.next().pass();
                timer.next();
            }

            assertThat(call.response().statusCode()).isEqualTo(201);
            assertThat(call.report().attempts())
                    .isEqualTo(calls.server.received().size() - before);
            assertThat(assertEnded()).isEqualTo(call.report());
            assertThat(calls.server.effects()).isEqualTo(i + 1);
        }
    }

    private static void assertReport(Running call, int attempts, Certainty certainty) throws Exception {
        assertThat(call.report().attempts()).isEqualTo(attempts);
        assertThat(call.report().waits()).isEmpty();
        assertThat(call.report().certainty()).isEqualTo(certainty);
    }
}
