package dev.reprise.store.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.OperationState.Completed;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.StoreException;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.RedisServer;
import dev.reprise.testkit.SharedServers;
import dev.reprise.testkit.TcpFaultProxy;
import dev.reprise.testkit.TcpFaultProxy.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Servers that die, hang and forget, and answers that are lost. */
@ExtendWith(SharedServers.class)
class RedisFaultsTest {
    private static final Duration LIMIT = Duration.ofMillis(500);
    private static final Duration SOON = Duration.ofSeconds(20);

    @BeforeEach
    void requireServers() {
        RedisServer.unavailable().ifPresent(Assumptions::abort);
    }

    @Test
    void what_was_acknowledged_survives_a_kill_when_each_command_is_written_to_the_disk_S19() throws Exception {
        try (RedisServer server = RedisServer.start("appendonly yes", "appendfsync always");
                RedisStore store = Sample.store(server).open()) {
            Set<String> acknowledged = ConcurrentHashMap.newKeySet();
            AtomicInteger next = new AtomicInteger();
            Thread failure = Thread.ofPlatform().start(() -> {
                Awaitility.await().until(() -> acknowledged.size() > 200);
                server.kill();
            });
            Parallel.run(8, () -> {
                while (true) {
                    String key = "kept-" + next.getAndIncrement();
                    try {
                        store.complete(Sample.acquired(store.acquire(Sample.claim(key))), Sample.RESPONSE, Sample.HOUR);
                        acknowledged.add(key);
                    } catch (StoreException e) {
                        return null;
                    }
                }
            });
            failure.join();
            server.restart();
            Awaitility.await()
                    .atMost(SOON)
                    .ignoreExceptions()
                    .until(() -> store.find(Sample.id("none")).isEmpty());

            assertThat(acknowledged)
                    .hasSizeGreaterThan(200)
                    .allSatisfy(key -> assertThat(
                                    store.find(Sample.id(key)).orElseThrow().state())
                            .isInstanceOf(Completed.class));
        }
    }

    @Test
    void a_server_that_is_gone_is_said_to_have_done_nothing_and_at_once_S22() {
        try (RedisServer server = RedisServer.start();
                RedisStore store = Sample.store(server).open()) {
            Lease held = Sample.acquired(store.acquire(Sample.claim("held")));
            server.kill();
            Awaitility.await().atMost(SOON).until(() -> isRefused(store));
            long begin = System.nanoTime();
            for (int i = 0; i < 100; i++) {
                assertThat(isRefused(store)).isTrue();
            }

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
            server.restart();
            Awaitility.await().atMost(SOON).ignoreExceptions().until(() -> store.renew(held) == LeaseStatus.LOST);
        }
    }

    private static boolean isRefused(RedisStore store) {
        try {
            store.acquire(Sample.claim("refused"));
            return false;
        } catch (StoreException e) {
            return e.isNothingDone();
        }
    }

    /** The claim waits in the frozen server's socket, and lands when nobody waits for it any more. */
    @Test
    void a_server_that_hangs_fails_calls_in_time_and_the_claim_that_landed_late_is_its_owners_S22() {
        try (RedisServer server = RedisServer.start();
                RedisStore store = Sample.store(server).timeLimit(LIMIT).open()) {
            // The server has to know the script, or it would ask for it when it is too late.
            store.acquire(Sample.claim("early"));
            Claim claim = Sample.claim("late");
            server.freeze();
            try {
                long begin = System.nanoTime();
                assertThatThrownBy(() -> store.acquire(claim))
                        .isInstanceOfSatisfying(
                                StoreException.class,
                                failure -> assertThat(failure.isNothingDone()).isFalse());
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LIMIT.multipliedBy(4));
                assertThatThrownBy(() -> store.find(claim.id())).isInstanceOf(StoreException.class);
            } finally {
                server.thaw();
            }
            Awaitility.await()
                    .atMost(SOON)
                    .ignoreExceptions()
                    .until(() -> store.find(claim.id()).isPresent());

            assertThat(store.withdraw(claim)).isTrue();
            assertThat(store.find(claim.id())).isEmpty();
            assertThat(store.withdraw(claim)).isFalse();
        }
    }

    @Test
    void a_claim_whose_answer_was_lost_is_recognised_by_its_owner(RedisServer server) {
        try (TcpFaultProxy proxy = new TcpFaultProxy(server.port());
                RedisStore store = RedisStore.at(Sample.at(proxy.port()))
                        .prefix("lost-" + Instant.now().toEpochMilli())
                        .open()) {
            store.find(Sample.id("none"));
            for (Moment moment : Moment.values()) {
                Claim claim = Sample.claim("claimed-" + moment);
                loseAnswer(proxy, RedisScript.ACQUIRE, moment, () -> store.acquire(claim));
                Lease lease = Sample.acquired(insist(() -> store.acquire(claim)));
                assertThat(lease.attempt()).isEqualTo(1);

                loseAnswer(
                        proxy, RedisScript.COMPLETE, moment, () -> store.complete(lease, Sample.RESPONSE, Sample.HOUR));
                assertThat(insist(() -> store.complete(lease, Sample.RESPONSE, Sample.HOUR)))
                        .isEqualTo(LeaseStatus.HELD);
                assertThat(store.find(claim.id()).orElseThrow().token()).isEqualTo(lease.token());
            }
        }
    }

    private static void loseAnswer(TcpFaultProxy proxy, RedisScript script, Moment moment, Runnable call) {
        proxy.cutAt(script.sha(), moment);
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(failure.isNothingDone()).isFalse());
        assertThat(proxy.isArmed()).isFalse();
    }

    /** The driver connects again within a moment. */
    private static <T> T insist(Supplier<T> call) {
        return Awaitility.await().atMost(SOON).ignoreExceptions().until(call::get, result -> true);
    }

    /** Sent again, a claim could land long after its caller has given it up. */
    @Test
    void a_command_on_its_way_is_not_sent_again_when_its_connection_is_lost() throws Exception {
        try (RedisServer server = RedisServer.start();
                TcpFaultProxy proxy = new TcpFaultProxy(server.port());
                RedisStore store = RedisStore.at(Sample.at(proxy.port()))
                        .timeLimit(Duration.ofSeconds(20))
                        .open()) {
            store.acquire(Sample.claim("early"));
            CountDownLatch sent = new CountDownLatch(1);
            proxy.watch((toServer, bytes) -> {
                if (toServer && new String(bytes, ISO_8859_1).contains(RedisScript.ACQUIRE.sha())) {
                    sent.countDown();
                }
                return true;
            });
            server.command("CLIENT", "PAUSE", "10000", "WRITE");
            Claim claim = Sample.claim("lost");
            CompletableFuture<Acquisition> call = store.acquireAsync(claim).toCompletableFuture();
            sent.await();
            server.command("PING");
            server.command("CLIENT", "KILL", "TYPE", "normal");

            assertThat(call)
                    .failsWithin(Duration.ofSeconds(5))
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(StoreException.class);
            server.command("CLIENT", "UNPAUSE");
            assertThat(insist(() -> store.find(claim.id()))).isEmpty();
            assertThat(store.withdraw(claim)).isFalse();
        }
    }

    @Test
    void scripts_that_a_server_has_forgotten_are_sent_again() {
        try (RedisServer server = RedisServer.start();
                RedisStore store = Sample.store(server).open()) {
            Lease lease = Sample.acquired(store.acquire(Sample.claim("forgotten")));
            server.command("SCRIPT", "FLUSH");

            assertThat(store.renew(lease)).isEqualTo(LeaseStatus.HELD);
            assertThat(store.complete(lease, Sample.RESPONSE, Sample.HOUR)).isEqualTo(LeaseStatus.HELD);
            long before = store.scripts();
            store.complete(Sample.acquired(store.acquire(Sample.claim("known"))), Sample.RESPONSE, Sample.HOUR);
            assertThat(store.scripts() - before).isEqualTo(3);
            store.complete(Sample.acquired(store.acquire(Sample.claim("cheap"))), Sample.RESPONSE, Sample.HOUR);
            assertThat(store.scripts() - before)
                    .as("two scripts for an operation")
                    .isEqualTo(5);
        }
    }

    @Test
    void a_server_without_memory_is_said_to_have_done_nothing() {
        try (RedisServer server = RedisServer.start();
                RedisStore store = Sample.store(server).open()) {
            Lease lease = Sample.acquired(store.acquire(Sample.claim("before")));
            server.command("CONFIG", "SET", "maxmemory", "1");

            assertThat(isRefused(store)).isTrue();
            assertThatThrownBy(() -> store.complete(lease, Sample.RESPONSE, Sample.HOUR))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            failure -> assertThat(failure.isNothingDone()).isTrue());
        }
    }

    @Test
    void nobody_answers_at_the_address() {
        RedisServer gone = RedisServer.start();
        gone.close();

        assertThatThrownBy(() -> RedisStore.at(Sample.at(gone)).open())
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(failure.isNothingDone()).isTrue());
    }
}
