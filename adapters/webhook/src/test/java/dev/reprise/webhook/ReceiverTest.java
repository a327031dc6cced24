package dev.reprise.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.outbox.OutboxState;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.testkit.ScriptedServer.Step;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What receivers do, and what they get and do not get. */
class ReceiverTest extends WebhookFixture {
    @Test
    void one_that_fails_is_told_again_under_the_same_key() {
        receiver.next(new Step.Answer(500, ""));
        unknown("k-1", "gone");
        start(webhook());

        await().until(() -> told("k-1").size() == 2);

        assertThat(told("k-1"))
                .extracting(WebhookFixture::keyOf)
                .containsOnly(keyOf(told("k-1").getFirst()));
        assertThat(told("k-1"))
                .extracting(Received::body)
                .containsOnly(told("k-1").getFirst().body());
        await().until(() -> outbox.list(OutboxState.DELIVERED, 1).size() == 1);
    }

    @Test
    void one_that_took_it_and_whose_answer_was_lost_acts_once() {
        receiver.next(new Step.Reset(true));
        unknown("k-1", "gone");
        start(webhook());

        await().until(() -> outbox.list(OutboxState.DELIVERED, 1).size() == 1);

        assertThat(told("k-1")).hasSize(2);
        assertThat(receiver.effects()).isEqualTo(1);
    }

    @Test
    void one_that_is_down_is_told_when_it_is_back() {
        int port = receiver.port();
        receiver.close();
        unknown("k-1", "gone");
        List<OutboxState> rounds = new CopyOnWriteArrayList<>();
        start(webhook().afterRound((key, state) -> rounds.add(state)));
        await().until(() -> rounds.size() >= 2);

        try (ScriptedServer back = new ScriptedServer(port)) {
            await().until(() -> rounds.getLast() == OutboxState.DELIVERED);

            assertThat(back.received()).hasSize(1);
            assertThat(rounds).containsOnlyOnce(OutboxState.DELIVERED).contains(OutboxState.PENDING);
        }
    }

    @Test
    void one_that_does_not_answer_keeps_nobody_else_up() {
        receiver.next(new Step.Silence());
        unknown("k-1", "gone");
        start(webhook());
        await().until(() -> told("k-1").size() == 1);

        lookOnceMore("k-2");
        lookOnceMore("k-3");

        assertThat(outbox.list(OutboxState.PENDING, 10)).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void one_that_is_slow_acts_once_and_keeps_nobody_else_up() {
        CompletableFuture<Step> slow = new CompletableFuture<>();
        receiver.next(new Step.Later(slow));
        unknown("k-1", "gone");
        start(webhook());
        await().until(() -> told("k-1").size() == 1);
        lookOnceMore("k-2");
        assertThat(receiver.effects()).isEqualTo(1);

        slow.complete(new Step.Execute());

        await().until(() -> outbox.list(OutboxState.DELIVERED, 10).size() == 2);
        assertThat(receiver.effects()).isEqualTo(2);
    }

    /** As a load balancer answers while the receiver is deployed. */
    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 410, 422})
    void one_that_refuses_is_told_again_under_the_same_key_and_stops_nobody(int status) {
        receiver.next(new Step.Answer(status, "nobody is here"));
        unknown("k-1", "gone");
        start(webhook());

        await().until(() -> outbox.list(OutboxState.DELIVERED, 1).size() == 1);
        lookOnceMore("k-2");

        assertThat(told("k-1")).hasSize(2);
        assertThat(told("k-1"))
                .extracting(WebhookFixture::keyOf)
                .containsOnly(keyOf(told("k-1").getFirst()));
        assertThat(outbox.list(OutboxState.REFUSED, 1)).isEmpty();
    }

    @Test
    void one_that_points_elsewhere_is_not_followed() {
        try (ScriptedServer elsewhere = new ScriptedServer()) {
            receiver.next(
                    new Step.Answer(307, "", "Location", elsewhere.uri("/").toString()));
            unknown("k-1", "gone");
            start(webhook().authorization(() -> "Bearer planted"));

            await().until(() -> outbox.list(OutboxState.PARKED, 1).size() == 1);

            assertThat(elsewhere.received()).isEmpty();
        }
        HttpClient following = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        assertThatThrownBy(() -> UnknownWebhook.of(store, outbox, following, receiver.uri("/")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("redirects");
    }

    @Test
    void the_credential_is_sent_as_it_is_by_then_and_is_in_no_file_and_neither_is_the_path() {
        AtomicReference<String> credential = new AtomicReference<>("Bearer planted-before");
        unknown("k-1", "gone");
        start(webhook(outbox, receiver.uri("/planted-path?planted-query")).authorization(credential::get));
        await().until(() -> told("k-1").size() == 1);
        credential.set("Bearer planted-after");
        lookOnceMore("k-2");

        assertThat(told("k-1").getFirst().field("authorization")).hasValue("Bearer planted-before");
        assertThat(told("k-2").getFirst().field("authorization")).hasValue("Bearer planted-after");
        assertThat(told("k-2").getFirst().target()).isEqualTo("/planted-path?planted-query");
        assertThat(files()).contains("outcome-unknown").doesNotContain("planted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer planted\nX-Other: y", "Bearer planted\u0000", "Bearer plänted-planted"})
    void a_credential_that_no_field_can_hold_is_told_to_nobody(String value) {
        unknown("k-1", "gone");
        start(webhook().authorization(() -> value));

        await().until(() -> outbox.list(OutboxState.PENDING, 1).stream().anyMatch(entry -> entry.note() != null));

        assertThat(outbox.list(OutboxState.PENDING, 1).getFirst().note()).contains("Authorization");
        assertThat(receiver.received()).isEmpty();
        assertThat(files()).doesNotContain("planted");
    }

    @Test
    void a_credential_that_cannot_be_had_is_asked_for_again() {
        AtomicReference<String> credential = new AtomicReference<>();
        unknown("k-1", "gone");
        start(webhook().authorization(() -> {
            if (credential.get() == null) {
                throw new UncheckedIOException(new java.io.IOException("the file is not there"));
            }
            return credential.get();
        }));
        await().until(() -> outbox.list(OutboxState.PENDING, 1).stream().anyMatch(entry -> entry.note() != null));

        credential.set("Bearer back");

        await().until(() -> told("k-1").size() == 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://ops.example/unknown?team=1",
                "HTTPS://ops.example",
                "http://127.0.0.1:9/",
                "http://127.1.2.3/a",
                "http://[::1]:9/",
                "http://localhost/"
            })
    void one_that_can_be_told_in_private_is_taken(String uri) {
        UnknownWebhook.requireReceiver(URI.create(uri));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://ops.example/",
                "http://127.0.0.1.example/",
                "http://localhost.example/",
                "http://10.0.0.1/",
                "http://[::2]/",
                "ftp://127.0.0.1/",
                "https://user:secret@ops.example/",
                "https://ops.example/#here",
                "/unknown",
                "mailto:ops@example"
            })
    void one_that_others_can_listen_to_is_refused(String uri) {
        assertThatThrownBy(() -> UnknownWebhook.requireReceiver(URI.create(uri)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a receiver")
                .hasMessageNotContaining("secret");
    }

    @Test
    void times_out_of_range_are_refused() {
        assertThatThrownBy(() -> webhook().interval(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> webhook().after(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> webhook().after(Duration.ofDays(31))).hasMessageContaining("waits from");
        assertThatThrownBy(() -> webhook().sender("a\r\nb: c")).hasMessageContaining("visible ASCII");
    }
}
