package dev.reprise.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.IdempotencyKey;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.testkit.ScriptedServer.Step;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How what was written down is sent, until there is a definitive answer. */
abstract class DeliveryContract extends OutboxFixture {
    @Test
    void an_answer_ends_it_and_is_kept() throws Exception {
        outbox.add(request(KEY));

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
        assertThat(entry().status()).isEqualTo(201);
        assertThat(outbox.answer(KEY).map(OutboxFixture::text)).hasValue("effect 1");
        assertThat(deliverer().deliverDue()).isZero();
    }

    @Test
    void a_server_that_is_down_gets_it_later_with_the_same_key_and_bytes_C1() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Answer(503, ""));
        server.next(new Step.Answer(503, ""));

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.PENDING);
        assertThat(entry().open()).isTrue();
        assertThat(entry().dueAt())
                .isBetween(entry().createdAt(), entry().createdAt().plusSeconds(60));
        elapse(Duration.ofSeconds(31));
        deliverer().deliverDue();
        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
        assertThat(entry().rounds()).isEqualTo(2);
        assertThat(server.effects()).isEqualTo(1);
        assertThat(server.received().stream().distinct()).hasSize(1);
    }

    @Test
    void a_refusal_ends_it() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Answer(402, "no money"));

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.REFUSED);
        assertThat(outbox.answer(KEY).map(OutboxFixture::text)).hasValue("no money");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    void a_redirect_is_no_delivery_and_waits_for_somebody_to_say_where_to(int status) throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Answer(status, "over there", "Location", "https://new.example/charges?token=secret"));

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.PARKED);
        assertThat(entry().status()).isEqualTo(status);
        assertThat(entry().open()).isEqualTo(status == 302);
        assertThat(entry().note()).contains("new.example/charges").doesNotContain("secret");
        assertThat(outbox.retry(KEY)).isTrue();
        deliverer().deliverDue();
        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
        assertThat(server.effects()).isEqualTo(1);
    }

    @Test
    void a_redirect_that_a_deliverers_client_follows_is_delivered_where_it_leads_C1() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Answer(308, "", "Location", "/moved"));
        try (HttpClient following = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()) {
            Deliverer.of(outbox, following).policy(policy()).build().deliverDue();
            assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
            assertThat(server.received()).extracting(Received::target).containsExactly("/charges", "/moved");
            assertThat(server.effects()).isEqualTo(1);

            IdempotencyKey page = new IdempotencyKey("order-2");
            outbox.add(request(page));
            server.next(new Step.Answer(301, "", "Location", "/login"));
            server.next(new Step.Answer(200, "a page to log in"));
            Deliverer.of(outbox, following).policy(policy()).build().deliverDue();
            assertThat(entry(page).state()).as("got, and not posted").isEqualTo(OutboxState.PARKED);
            assertThat(entry(page).open()).isFalse();
        }
    }

    @Test
    void a_303_is_a_delivery_whose_answer_is_elsewhere() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Answer(303, "", "Location", "/charges/1"));

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
    }

    @Test
    void what_is_sent_without_a_credential_did_not_happen_and_is_sent_again_with_one() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Answer(401, "who are you"));

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.PARKED);
        assertThat(entry().open()).isFalse();
        assertThat(entry().note()).contains("401", "did not happen");
        assertThat(outbox.retry(KEY)).isTrue();
        deliverer().deliverDue();
        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
    }

    @Test
    void a_server_that_says_that_it_has_done_nothing_leaves_nothing_open_C8() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Answer(429, ""));
        server.next(new Step.Answer(503, "", "Retry-After", "1"));

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.PENDING);
        assertThat(entry().open()).isFalse();
    }

    @Test
    void a_credential_that_is_revoked_says_nothing_about_the_attempt_before_C10() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Reset(true));
        server.next(new Step.Reset(true));
        deliverer().deliverDue();
        elapse(Duration.ofSeconds(31));
        server.next(new Step.Answer(401, "who are you"));

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.PARKED);
        assertThat(entry().open()).isTrue();
        assertThat(entry().note()).contains("may have happened");
    }

    @Test
    void what_nobody_can_tell_is_parked_and_seen_and_resolved_or_retried() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Answer(500, "recorded", "Idempotent-Replayed", "true"));
        deliverer().deliverDue();

        assertThat(outbox.list(OutboxState.PARKED, 10))
                .extracting(OutboxEntry::key)
                .containsExactly(KEY);
        assertThat(deliverer().deliverDue()).as("parked ones are not sent").isZero();
        assertThat(outbox.retry(KEY)).isTrue();
        server.next(new Step.Answer(409, "{\"type\":\"/problems/outcome-unknown\"}"));
        deliverer().deliverDue();
        assertThat(entry().state()).isEqualTo(OutboxState.PARKED);
        assertThat(entry().status()).isEqualTo(409);
        assertThat(outbox.resolve(KEY, "the bank has it")).isTrue();
        assertThat(entry().state()).isEqualTo(OutboxState.RESOLVED);
        assertThat(entry().note()).isEqualTo("the bank has it");
        assertThat(outbox.resolve(KEY, "again")).isFalse();
        assertThat(outbox.retry(KEY)).isFalse();
    }

    @Test
    void nothing_is_resent_when_the_server_may_have_forgotten_the_key_C7() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Reset(true));
        server.next(new Step.Reset(true));
        deliverer().deliverDue();
        elapse(Duration.ofHours(24));

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.PARKED);
        assertThat(entry().note()).contains("C7");
        assertThat(server.received()).hasSize(2);
        assertThat(outbox.retry(KEY)).isTrue();
        deliverer().deliverDue();
        assertThat(entry().state()).isEqualTo(OutboxState.PARKED);
        assertThat(server.received()).hasSize(2);
    }

    @Test
    void a_server_that_forgets_sooner_than_others_is_believed_C7() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Answer(500, "", "Idempotent-Replayed", "true", "Idempotency-Retention", "3600"));
        deliverer().deliverDue();
        assertThat(entry().state()).isEqualTo(OutboxState.PARKED);
        elapse(Duration.ofMinutes(59));
        outbox.retry(KEY);
        server.next(new Step.Answer(500, "", "Idempotent-Replayed", "true", "Idempotency-Retention", "3600"));
        deliverer().deliverDue();
        assertThat(server.received()).hasSize(2);
        elapse(Duration.ofMinutes(1));
        outbox.retry(KEY);

        deliverer().deliverDue();

        assertThat(entry().note()).contains("C7");
        assertThat(server.received()).hasSize(2);
    }

    @Test
    void a_server_that_forgets_soon_is_believed_whatever_becomes_of_the_next_attempt_C7() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Answer(503, "", "Idempotency-Retention", "3600"));
        server.next(new Step.Reset(true));
        deliverer().deliverDue();
        assertThat(server.received()).hasSize(2);
        elapse(Duration.ofHours(1));

        deliverer().deliverDue();

        assertThat(entry().note()).contains("C7");
        assertThat(server.received()).hasSize(2);
    }

    @Test
    void a_server_that_wants_to_be_left_alone_is_until_the_deadline_at_most_C4() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Answer(503, "", "Retry-After", "7200"));
        deliverer().deliverDue();
        assertThat(server.received()).hasSize(1);
        elapse(Duration.ofMinutes(119));
        assertThat(deliverer().deliverDue()).isZero();
        elapse(Duration.ofMinutes(2));
        server.next(new Step.Answer(503, "", "Retry-After", "7200000"));

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.PENDING);
        assertThat(entry().dueAt())
                .isBetween(
                        entry().deadline().minusSeconds(60), entry().deadline().plusSeconds(60));
    }

    @Test
    void what_never_reached_the_server_may_be_sent_for_longer_than_the_retention_C7() throws Exception {
        ScriptedServer down = new ScriptedServer();
        OutboxRequest request = new OutboxRequest(
                KEY,
                "POST",
                down.uri("/charges"),
                Map.of(),
                new byte[0],
                Instant.now().plus(Duration.ofDays(9)));
        int port = down.port();
        down.close();
        outbox.add(request);
        deliverer().deliverDue();
        assertThat(entry().open()).isFalse();
        elapse(Duration.ofDays(3));

        try (ScriptedServer up = new ScriptedServer(port)) {
            deliverer().deliverDue();
            assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
            assertThat(up.effects()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 409, 410, 422})
    void a_refusal_that_is_not_believed_waits_for_the_deadline_is_parked_and_can_be_sent_again(int status)
            throws Exception {
        Deliverer deliverer = Deliverer.of(outbox, client)
                .policy(policy().withMaxAttempts(1))
                .untilAccepted()
                .build();
        server.next(new Step.Answer(status, ""));
        outbox.add(request(KEY));

        deliverer.deliverDue();
        assertThat(entry().state()).isEqualTo(OutboxState.PENDING);
        assertThat(entry().note()).contains(String.valueOf(status));
        elapse(Duration.ofDays(3));
        deliverer.deliverDue();
        assertThat(entry().state()).isEqualTo(OutboxState.PARKED);
        assertThat(outbox.retry(KEY)).isTrue();
        deliverer.deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
        assertThat(server.received()).hasSize(2);
    }

    @Test
    void what_is_over_its_deadline_is_parked_unsent() throws Exception {
        outbox.add(request(KEY));
        elapse(Duration.ofDays(2));

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.PARKED);
        assertThat(entry().note()).contains("deadline").contains("did not happen");
        assertThat(server.received()).isEmpty();
        assertThat(outbox.retry(KEY)).as("gives it an hour").isTrue();
        deliverer().deliverDue();
        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
    }

    @Test
    void several_nodes_share_the_work_and_send_nothing_twice() throws Exception {
        int operations = 120;
        for (int i = 0; i < operations; i++) {
            outbox.add(request(new IdempotencyKey("order-" + i)));
        }
        AtomicInteger taken = new AtomicInteger();

        Parallel.run(4, () -> {
            Deliverer node = Deliverer.of(Outbox.in(connections), client)
                    .policy(policy())
                    .atOnce(7)
                    .build();
            int round = node.deliverDue();
            while (round > 0) {
                taken.addAndGet(round);
                round = node.deliverDue();
            }
            return taken;
        });
        while (deliverer().deliverDue() > 0) {
            taken.get();
        }

        assertThat(outbox.list(OutboxState.DELIVERED, 1000)).hasSize(operations);
        assertThat(server.received()).hasSize(operations);
        assertThat(server.received().stream().map(Received::fields).distinct()).hasSize(operations);
        assertThat(server.effects()).isEqualTo(operations);
    }

    @Test
    void a_node_that_comes_back_late_changes_nothing() {
        outbox.add(request(KEY));
        Claimed late = outbox.claim(1, Duration.ofMinutes(2)).getFirst();
        assertThat(outbox.claim(1, Duration.ofMinutes(2))).isEmpty();
        elapse(Duration.ofMinutes(2));
        Claimed next = outbox.claim(1, Duration.ofMinutes(2)).getFirst();

        assertThat(next.open()).as("the late one may have sent it").isTrue();
        assertThat(outbox.end(late, new DeliveryRound.Parked(false, "late"))).isFalse();
        assertThat(outbox.end(
                        next, new DeliveryRound.Ended(OutboxState.DELIVERED, 200, new DeliveryRound.Body(new byte[2]))))
                .isTrue();
        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
    }
}
