package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.client.spi.RetryableRequest;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.testkit.ScriptedServer.Step;
import dev.reprise.testkit.SettableClock;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where keys come from, and where they go (C1). Each operation is sent twice. */
class KeysTest {
    private final Calls calls = new Calls(new Step.Answer(503, ""));
    private final SettableClock clock = new SettableClock();

    @AfterEach
    void stop() {
        calls.close();
    }

    @Test
    void the_same_key_goes_with_each_attempt_and_another_with_each_operation_C1() throws Exception {
        RetryingHttpClient client = calls.client();
        List<Received> first = send(client, calls.request());
        List<Received> second = send(client, calls.request());

        assertThat(first.get(0).field("idempotency-key")).isEqualTo(first.get(1).field("idempotency-key"));
        assertThat(second.get(0).field("idempotency-key"))
                .isNotEqualTo(first.get(0).field("idempotency-key"));
    }

    @Test
    void a_key_of_the_caller_is_kept_as_it_is_C1() throws Exception {
        for (String given : List.of("order-1", "\"order \\\"1\\\"\"")) {
            List<Received> sent = send(calls.client(), calls.request().header("Idempotency-Key", given));
            assertThat(sent)
                    .extracting(request -> request.fields().get("idempotency-key"))
                    .containsOnly(given);
        }
    }

    @Test
    void a_malformed_key_of_the_caller_is_refused_before_anything_is_sent_C1() {
        for (String given : List.of("\"open", "a b", "a,b", "", "x".repeat(256), "\"bad \\escape\"")) {
            HttpRequest request =
                    calls.request().header("Idempotency-Key", given).build();

            assertThatThrownBy(() -> calls.client().send(request, BodyHandlers.ofString()))
                    .as(given)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> calls.client().sendAsync(request, BodyHandlers.ofString()))
                    .as(given)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(calls.server.received()).isEmpty();
    }

    @Test
    void safe_and_idempotent_methods_get_no_key_S5() throws Exception {
        for (String method : List.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE")) {
            List<Received> sent = send(calls.client(), calls.request().method(method, BodyPublishers.noBody()));
            assertThat(sent)
                    .allSatisfy(request ->
                            assertThat(request.field("idempotency-key")).isEmpty());
        }
    }

    @Test
    void the_profile_says_where_the_key_is() throws Exception {
        KeyGenerator source = request -> CompletableFuture.completedFuture(new IdempotencyKey("k 1\"&"));
        KeyGenerator plain = request -> CompletableFuture.completedFuture(new IdempotencyKey("k1"));

        assertThat(sent(KeyProfile.ietf(), source).field("idempotency-key")).hasValue("\"k 1\\\"&\"");
        assertThat(sent(KeyProfile.stripe(), plain).field("idempotency-key")).hasValue("k1");
        assertThat(sent(KeyProfile.ietf().withPlacement(new KeyPlacement.Field("X-Request-Id", false)), plain)
                        .field("x-request-id"))
                .hasValue("k1");
        assertThat(sent(KeyProfile.ietf().withPlacement(new KeyPlacement.QueryParameter("key")), source)
                        .target())
                .isEqualTo("/charges?key=k+1%22%26");
        Received oasis = sent(KeyProfile.oasis(), plain);
        assertThat(oasis.field("repeatability-request-id")).hasValue("k1");
        assertThat(oasis.field("repeatability-first-sent")).hasValue("Thu, 01 Jan 2026 00:00:00 GMT");
    }

    @Test
    void the_time_of_the_first_attempt_stays_that_C1() throws Exception {
        RetryingHttpClient client = calls.client(Calls.hasty()
                .profile(KeyProfile.oasis())
                .clocks(clock, clock::nanoTime)
                .timer(delay -> {
                    clock.advance(Duration.ofSeconds(5));
                    return CompletableFuture.completedFuture(null);
                }));
        List<Received> sent = send(client, calls.request());
        List<Received> goneOnWith = send(
                client,
                calls.request()
                        .header("Repeatability-Request-ID", "k")
                        .header("Repeatability-First-Sent", "Wed, 31 Dec 2025 23:00:00 GMT"));

        assertThat(sent)
                .extracting(request -> request.fields().get("repeatability-first-sent"))
                .containsOnly("Thu, 01 Jan 2026 00:00:00 GMT");
        assertThat(goneOnWith)
                .extracting(request -> request.fields().get("repeatability-first-sent"))
                .containsOnly("Wed, 31 Dec 2025 23:00:00 GMT");
    }

    @Test
    void a_key_in_the_query_is_kept_C1() throws Exception {
        KeyProfile profile = KeyProfile.ietf().withPlacement(new KeyPlacement.QueryParameter("key"));
        RetryingHttpClient client = calls.client(Calls.hasty().profile(profile));

        List<Received> sent = send(
                client,
                HttpRequest.newBuilder(calls.server.uri("/a?x=1&key=mine")).POST(BodyPublishers.noBody()));

        assertThat(sent).extracting(Received::target).containsOnly("/a?x=1&key=mine");
    }

    @Test
    void a_key_that_needs_quotes_is_refused_where_there_are_none_C1() {
        KeyGenerator source = request -> CompletableFuture.completedFuture(new IdempotencyKey("a b"));

        assertThatThrownBy(() -> sent(KeyProfile.stripe(), source)).hasStackTraceContaining("choose another key");
        assertThat(calls.server.received()).isEmpty();
    }

    @Test
    void without_a_key_to_be_had_nothing_is_sent_C8() {
        KeyGenerator down = request -> CompletableFuture.failedFuture(new IOException("no keys today"));
        RetryingHttpClient client = calls.client(Calls.hasty().keys(down));

        assertThatThrownBy(() -> client.send(calls.request().build(), BodyHandlers.ofString()))
                .isInstanceOfSatisfying(CallFailedException.class, failed -> {
                    assertThat(failed.report().stop()).isEqualTo(StopReason.NO_KEY);
                    assertThat(failed.report().certainty()).isEqualTo(Certainty.DID_NOT_HAPPEN);
                })
                .hasMessageContaining("no keys today");
        assertThatThrownBy(() -> client.sendAsync(calls.request().build(), BodyHandlers.ofString())
                        .get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(CallFailedException.class);
        assertThat(calls.server.received()).isEmpty();
    }

    @Test
    void the_deadline_holds_for_the_key_too_C5() {
        CompletableFuture<IdempotencyKey> never = new CompletableFuture<>();
        RetryingHttpClient client = calls.client(Calls.hasty()
                .keys(request -> never)
                .policy(RetryPolicy.considerate().withTimeLimits(Duration.ofMillis(50), Duration.ofMillis(50))));

        assertThatThrownBy(() -> client.send(calls.request().build(), BodyHandlers.ofString()))
                .isInstanceOfSatisfying(CallFailedException.class, failed -> {
                    assertThat(failed.report().stop()).isEqualTo(StopReason.NO_KEY);
                    assertThat(failed.report().certainty()).isEqualTo(Certainty.DID_NOT_HAPPEN);
                })
                .hasMessageContaining("did not come within PT0.05S");
        assertThat(never).as("nobody waits for it any more").isCancelled();
        assertThat(calls.server.received()).isEmpty();
    }

    @Test
    void what_the_key_has_taken_is_taken_from_the_deadline_C5() {
        CompletableFuture<IdempotencyKey> key = new CompletableFuture<>();
        RetryingHttpClient client =
                calls.client(Calls.hasty().keys(request -> key).clocks(clock, clock::nanoTime));
        CompletableFuture<HttpResponse<String>> response =
                client.sendAsync(calls.request().build(), BodyHandlers.ofString());

        clock.advance(RetryPolicy.considerate().deadline());
        key.complete(new IdempotencyKey("late"));

        assertThatThrownBy(response::get).cause().isInstanceOfSatisfying(CallFailedException.class, failed -> {
            assertThat(failed.report().stop()).isEqualTo(StopReason.DEADLINE);
            assertThat(failed.report().attempts()).isZero();
            assertThat(failed.report().certainty()).isEqualTo(Certainty.DID_NOT_HAPPEN);
        });
        assertThat(calls.server.received()).isEmpty();
    }

    @Test
    void whoever_cancels_does_not_wait_for_the_key_C9() {
        List<CompletableFuture<IdempotencyKey>> keys = new CopyOnWriteArrayList<>();
        KeyGenerator never = request -> {
            keys.add(new CompletableFuture<>());
            return keys.getLast();
        };
        List<RetryEvent> events = new CopyOnWriteArrayList<>();
        RetryingHttpClient client = calls.client(Calls.hasty().keys(never).listener(events::add));

        client.sendAsync(calls.request().build(), BodyHandlers.ofString()).cancel(true);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> client.send(calls.request().build(), BodyHandlers.ofString()))
                .isInstanceOf(InterruptedException.class);

        assertThat(keys).hasSize(2).allSatisfy(key -> assertThat(key).isCancelled());
        assertThat(events)
                .hasSize(2)
                .allSatisfy(event -> assertThat(event).isInstanceOfSatisfying(RetryEvent.Ended.class, ended -> {
                    assertThat(ended.report().stop()).isEqualTo(StopReason.CLOSED);
                    assertThat(ended.report().certainty()).isEqualTo(Certainty.DID_NOT_HAPPEN);
                }));
        assertThat(calls.server.received()).isEmpty();
    }

    @Test
    void a_key_of_the_servers_is_fetched_once_per_operation_S6() throws Exception {
        try (ScriptedServer issuer = new ScriptedServer(
                new Step.Answer(200, "", "Idempotency-Key", "issued-1"), new Step.Answer(403, "not you"))) {
            KeyGenerator source = KeyGenerator.issued(
                    calls.plain,
                    request -> HttpRequest.newBuilder(
                                    issuer.uri("/keys?for=" + request.uri().getPath()))
                            .POST(BodyPublishers.noBody())
                            .build(),
                    response -> response.headers().firstValue("Idempotency-Key").orElseThrow());

            assertThat(sent(KeyProfile.stripe(), source).field("idempotency-key"))
                    .hasValue("issued-1");
            assertThatThrownBy(() -> calls.client(Calls.hasty().keys(source))
                            .send(calls.request().build(), BodyHandlers.ofString()))
                    .isInstanceOfSatisfying(
                            CallFailedException.class,
                            failed -> assertThat(failed.report().stop()).isEqualTo(StopReason.NO_KEY))
                    .hasMessageContaining("status 403");
            assertThat(issuer.received()).extracting(Received::target).containsOnly("/keys?for=/charges");
            assertThat(calls.server.received()).hasSize(2);
        }
    }

    @Test
    void made_keys_are_uuids_of_version_7_or_random_bits_and_all_different_C1() {
        RetryableRequest request =
                new RetryableRequest("POST", calls.server.uri("/"), name -> java.util.Optional.empty(), true);
        KeyGenerator uuids = KeyGenerator.uuid7(clock, new Random(1));
        KeyGenerator bits = KeyGenerator.random(new Random(1));

        String uuid = uuids.keyFor(request).join().value();
        assertThat(uuid).matches("019b76da-a800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(bits.keyFor(request).join().value()).matches("[0-9a-f]{32}");
        assertThat(Set.copyOf(java.util.stream.IntStream.range(0, 1000)
                        .mapToObj(i -> uuids.keyFor(request).join())
                        .toList()))
                .hasSize(1000);
    }

    @Test
    void a_key_shows_only_its_beginning() {
        assertThat(new IdempotencyKey("0123456789abcdef")).hasToString("01234567…");
    }

    private Received sent(KeyProfile profile, KeyGenerator source) throws Exception {
        RetryingHttpClient client =
                calls.client(Calls.hasty().profile(profile).keys(source).clocks(clock, clock::nanoTime));
        List<Received> sent = send(client, calls.request());
        assertThat(sent.get(0)).isEqualTo(sent.get(1));
        return sent.get(0);
    }

    /** Sends a request, which fails once, and returns both attempts. */
    private List<Received> send(RetryingHttpClient client, HttpRequest.Builder request) throws Exception {
        int before = calls.server.received().size();
        if (before > 0) {
            calls.server.next(new Step.Answer(503, ""));
        }
        client.send(request.build(), BodyHandlers.discarding());
        List<Received> all = calls.server.received();
        assertThat(all).hasSize(before + 2);
        return all.subList(before, before + 2);
    }
}
