package dev.reprise.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class H2OutboxTest extends OutboxContract {
    @Override
    ConnectionSource database() {
        String url = "jdbc:h2:" + folder.resolve("outbox").toAbsolutePath();
        return () -> DriverManager.getConnection(url + ";LOCK_TIMEOUT=30000;DB_CLOSE_DELAY=5");
    }

    /** No matter of the database: what answers does not come from it. */
    @Test
    void closing_a_deliverer_does_not_wait_for_ever_for_a_database_that_does_not_answer() {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        AtomicBoolean hanging = new AtomicBoolean();
        Outbox slow = Outbox.in(() -> {
            if (hanging.get()) {
                asked.countDown();
                waitFor(answered);
            }
            return connections.open();
        });
        hanging.set(true);
        Deliverer deliverer =
                Deliverer.of(slow, client).policy(policy()).build().start();
        await().until(() -> asked.getCount() == 0);
        try {
            assertThat(CompletableFuture.runAsync(deliverer::close)).succeedsWithin(Duration.ofSeconds(30));
        } finally {
            answered.countDown();
        }
    }

    private static void waitFor(CountDownLatch latch) throws SQLException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new SQLException(e);
        }
    }

    @Test
    void an_outbox_that_fails_all_the_time_is_logged_once_a_minute() {
        AtomicInteger failures = new AtomicInteger();
        AtomicBoolean broken = new AtomicBoolean();
        Outbox failing = Outbox.in(() -> {
            if (broken.get()) {
                failures.incrementAndGet();
                throw new SQLException("of this test alone");
            }
            return connections.open();
        });
        broken.set(true);
        AtomicInteger lines = new AtomicInteger();
        Handler counting = new Handler() {
            @Override
            public void publish(LogRecord line) {
                Throwable thrown = line.getThrown();
                if (thrown != null && (thrown + " " + thrown.getCause()).contains("of this test alone")) {
                    lines.incrementAndGet();
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(Turns.class.getName());
        logger.addHandler(counting);
        try (Deliverer deliverer = Deliverer.of(failing, client)
                .policy(policy())
                .interval(Duration.ofMillis(1))
                .build()) {
            deliverer.start();
            await().until(() -> failures.get() > 20);
        } finally {
            logger.removeHandler(counting);
        }
        assertThat(lines).hasValue(1);
    }
}
