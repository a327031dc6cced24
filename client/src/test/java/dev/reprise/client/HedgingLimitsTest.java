package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.testkit.ScriptedServer.Step;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When there is no hedge, and what ends both attempts (C5, C6, C7, C9). */
class HedgingLimitsTest extends HedgedCalls {
    private final CompletableFuture<Step> first = new CompletableFuture<>();

    @ParameterizedTest
    @EnumSource
    void breaking_a_call_off_stops_both_attempts_at_once_C9(Way way) throws Exception {
        script(new Step.Silence(), new Step.Silence());

        Running call = call(way);
        hedge();
        call.breakOff();

        soon().until(() -> calls.server.abandoned() == 2);
        assertThat(assertEnded().certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(assertEnded().stop()).isEqualTo(StopReason.CLOSED);
        assertThat(assertEnded().attempts()).isEqualTo(2);
        assertThat(call.end()).isCompletedExceptionally();
    }

    @ParameterizedTest
    @EnumSource
    void breaking_a_call_off_before_its_hedge_frees_the_timer_C9(Way way) throws Exception {
        script(new Step.Silence());

        Running call = call(way);
        CompletableFuture<Void> silence = timer.next().end();
        awaitReceived(1);
        call.breakOff();

        soon().until(silence::isCancelled);
        soon().until(() -> calls.server.abandoned() == 1);
        assertThat(assertEnded().attempts()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void closing_the_client_at_once_stops_both_attempts_C9(Way way) throws Exception {
        script(new Step.Silence(), new Step.Silence());
        RetryingHttpClient client = client();

        Running call = call(way, client, calls.request().build());
        hedge();
        client.shutdownNow();

        assertThatThrownBy(call::response)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(CallFailedException.class);
        assertThat(call.report().stop()).isEqualTo(StopReason.CLOSED);
        assertThat(call.report().certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        soon().until(() -> calls.server.abandoned() == 2);
    }

    @Test
    void an_orderly_shutdown_hedges_no_more_and_lets_the_attempt_end_C9() throws Exception {
        script(new Step.Later(first));
        RetryingHttpClient client = client();

        Running call = call(Way.ASYNC, client, calls.request().build());
        CompletableFuture<Void> silence = timer.next().end();
        awaitReceived(1);
        client.shutdown();

        assertThat(silence).isCancelled();
        first.complete(new Step.Execute());
        assertThat(call.report().attempts()).isEqualTo(1);
    }

    @Test
    void only_safe_requests_and_those_with_a_key_are_hedged_C2() throws Exception {
        RetryingHttpClient unkeyed =
                calls.client(retries().profile(KeyProfile.ietf().withMethods(Set.of())));
        HttpRequest put = HttpRequest.newBuilder(calls.server.uri("/charges/1"))
                .PUT(BodyPublishers.ofString("amount=1000"))
                .build();

        assertThat(call(Way.ASYNC, unkeyed, calls.request().build()).report().attempts())
                .isEqualTo(1);
        assertThat(call(Way.ASYNC, unkeyed, put).report().attempts()).isEqualTo(1);
        assertThat(timer.isIdle()).isTrue();
    }

    @Test
    void a_body_that_can_be_sent_once_is_not_hedged_C1() throws Exception {
        HttpRequest once = calls.request(
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[] {1, 2, 3})))
                .build();

        assertThat(call(Way.ASYNC, client(), once).report().attempts()).isEqualTo(1);
        assertThat(timer.isIdle()).isTrue();
    }

    @Test
    void a_call_with_a_handler_of_pushes_is_not_hedged() throws Exception {
        ConcurrentMap<HttpRequest, CompletableFuture<HttpResponse<String>>> pushes = new ConcurrentHashMap<>();

        client().sendAsync(
                        calls.request().build(),
                        BodyHandlers.ofString(),
                        PushPromiseHandler.of(push -> BodyHandlers.ofString(), pushes))
                .get(10, TimeUnit.SECONDS);

        assertThat(timer.isIdle()).isTrue();
    }

    @Test
    void the_budget_pays_for_hedges_and_refuses_them_when_it_is_used_up_C6() throws Exception {
        policy = policy.withBudget(new RetryBudget(1, 0));
        RetryingHttpClient client = client();
        script(new Step.Silence());
        Running paid = call(Way.ASYNC, client, calls.request().build());
        hedge();
        assertThat(paid.report().attempts()).isEqualTo(2);

        script(new Step.Later(first));
        Running unpaid = call(Way.ASYNC, client, calls.request().build());
        awaitReceived(3);
        assertNoHedge(unpaid, 1, 3);
    }

    @Test
    void a_hedge_is_an_attempt_of_which_there_are_only_so_many_C5() throws Exception {
        policy = policy.withMaxAttempts(2);
        script(new Step.Answer(503, ""), new Step.Later(first));

        Running call = call();
        assertThat(timer.next().delay()).isEqualTo(AFTER);
        timer.next().pass();
        awaitReceived(2);

        assertNoHedge(call, 2, 2);
    }

    @Test
    void there_is_no_hedge_after_the_deadline_C5() throws Exception {
        script(new Step.Later(first));

        Running call = call();
        awaitReceived(1);
        clock.advance(Duration.ofMinutes(1));

        assertNoHedge(call, 1, 1);
    }

    @Test
    void there_is_no_hedge_when_the_server_may_have_forgotten_the_key_C7() throws Exception {
        script(new Step.Answer(503, "", "Idempotency-Retention", "5"), new Step.Later(first));

        Running call = call();
        assertThat(timer.next().delay()).isEqualTo(AFTER);
        timer.next().pass();
        awaitReceived(2);
        clock.advance(Duration.ofSeconds(5));

        assertNoHedge(call, 2, 2);
    }

    private void assertNoHedge(Running call, int attempts, int requests) throws Exception {
        doNotHedge();
        first.complete(new Step.Execute());

        assertThat(call.report().attempts()).isEqualTo(attempts);
        assertThat(calls.server.received()).hasSize(requests);
    }
}
