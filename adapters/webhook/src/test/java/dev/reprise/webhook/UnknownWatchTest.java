package dev.reprise.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.IdempotencyKey;
import dev.reprise.outbox.OutboxRequest;
import dev.reprise.outbox.OutboxState;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The thread that looks for unknown outcomes goes on, says when it cannot, tidies up, and lets go. */
class UnknownWatchTest extends WebhookFixture {
    /** What happens before the store is listed. */
    private interface Before {
        void listing() throws Exception;
    }

    private OperationStore store(Before before) {
        return (OperationStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {OperationStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("list")) {
                        before.listing();
                    }
                    return method.invoke(store, arguments);
                });
    }

    private UnknownWebhook.Builder over(OperationStore other) {
        return UnknownWebhook.of(other, outbox, client, receiver.uri("/unknown"))
                .interval(Duration.ofMillis(10));
    }

    private void inOutbox(String statement) throws Exception {
        try (Connection connection = connection();
                Statement changing = connection.createStatement()) {
            changing.execute(statement);
        }
    }

    private Connection connection() throws Exception {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("webhook.db") + "?busy_timeout=30000");
    }

    private static String since(int days) {
        return "due_at = due_at - " + Duration.ofDays(days).toMillis();
    }

    /** Messages whose state has been that for so many days. */
    private void fill(OutboxState state, int days, int number) throws Exception {
        String prefix = "old-" + state + "-" + days + "-";
        try (Connection connection = connection()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < number; i++) {
                outbox.add(
                        connection,
                        new OutboxRequest(
                                new IdempotencyKey(prefix + i),
                                "POST",
                                receiver.uri("/"),
                                Map.of(),
                                new byte[0],
                                Instant.now().plus(Duration.ofDays(7))));
            }
            connection.commit();
        }
        inOutbox("UPDATE reprise_outbox SET state = '" + state + "', " + since(days) + " WHERE operation_key LIKE '"
                + prefix + "%'");
    }

    @Test
    void an_interrupt_by_a_stranger_does_not_end_it() {
        UnknownWebhook webhook = start(webhook());
        lookOnceMore("k-1");

        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("reprise-webhook"))
                .forEach(Thread::interrupt);

        lookOnceMore("k-2");
        await().until(() -> webhook.health().working());
    }

    @Test
    void closing_does_not_wait_for_ever_for_a_store_that_does_not_answer() {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        UnknownWebhook webhook = start(over(store(() -> {
            asked.countDown();
            answered.await();
        })));
        await().until(() -> asked.getCount() == 0);
        try {
            assertThat(CompletableFuture.runAsync(webhook::close)).succeedsWithin(Duration.ofSeconds(30));
        } finally {
            answered.countDown();
        }
    }

    @Test
    void a_store_that_fails_is_seen_in_the_health_until_it_works() {
        AtomicBoolean broken = new AtomicBoolean(true);
        UnknownWebhook webhook = start(over(store(() -> {
            if (broken.get()) {
                throw new StoreException("the database is gone", null);
            }
        })));
        await().until(() -> String.valueOf(webhook.health().trouble()).contains("the database is gone"));
        assertThat(webhook.health().working()).isFalse();

        broken.set(false);

        await().until(() -> webhook.health().working());
        assertThat(webhook.health().trouble()).isNull();
        webhook.close();
        assertThat(webhook.health().trouble()).contains("closed");
    }

    @Test
    void a_store_that_does_not_answer_is_seen_in_the_health_until_it_does() {
        CountDownLatch answered = new CountDownLatch(1);
        UnknownMessages messages =
                new UnknownMessages(outbox, receiver.uri("/"), Duration.ZERO, null, InstantSource.system());
        UnknownWatch watch =
                new UnknownWatch(store(answered::await), messages, Duration.ofMillis(10), Duration.ofMillis(50));
        assertThat(watch.trouble()).isNull();
        watch.start();
        try {
            await().until(() -> String.valueOf(watch.trouble()).contains("has not answered for longer than"));

            answered.countDown();

            await().until(() -> watch.trouble() == null);
        } finally {
            answered.countDown();
            watch.close();
        }
    }

    @Test
    void what_is_old_is_deleted_until_nothing_of_it_is_left() throws Exception {
        fill(OutboxState.DELIVERED, 91, 700);
        fill(OutboxState.PARKED, 91, 700);
        fill(OutboxState.DELIVERED, 89, 2);
        fill(OutboxState.PARKED, 89, 3);

        start(webhook().interval(Duration.ofDays(1)));

        await().until(() -> outbox.count(OutboxState.DELIVERED, 2_000) == 2);
        await().until(() -> outbox.count(OutboxState.PARKED, 2_000) == 3);
    }

    @ParameterizedTest
    @EnumSource(names = {"DELIVERED", "PARKED"})
    void what_is_unknown_when_its_message_is_deleted_is_told_of_once_more(OutboxState state) throws Exception {
        unknown("k-1", "gone");
        UnknownWebhook before = start(webhook());
        await().until(() -> outbox.count(OutboxState.DELIVERED, 10) == 1);
        before.close();
        inOutbox("UPDATE reprise_outbox SET state = '" + state + "', " + since(91));

        start(webhook());

        await().until(() -> told("k-1").size() == 2);
        lookOnceMore("k-2");
        lookOnceMore("k-3");
        assertThat(told("k-1")).hasSize(2);
    }
}
