package dev.reprise.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Answer;
import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationState.Completed;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.StoreException;
import dev.reprise.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The one replica that has to have everything stands still. Mostly waits. */
@Execution(ExecutionMode.CONCURRENT)
class RedisLaggingReplicaTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String PREFIX = "reprise";

    private final RedisServer primary;
    private final RedisServer replica;

    RedisLaggingReplicaTest() {
        RedisServer.unavailable().ifPresent(Assumptions::abort);
        primary = RedisServer.start();
        replica = primary.replica();
    }

    @AfterEach
    void close() {
        replica.close();
        primary.close();
    }

    private RedisStore open() {
        return RedisStore.at(Sample.at(primary))
                .prefix(PREFIX)
                .timeLimit(Duration.ofSeconds(1))
                .replicas(1)
                .open();
    }

    @Test
    void a_recorded_answer_is_given_to_nobody_before_the_replica_has_it_S19() {
        Claim claim = Sample.claim("late");
        try (RedisStore store = open();
                RedisStore other = open()) {
            Lease lease = Sample.acquired(store.acquire(claim));
            replica.freeze();
            assertRefused(() -> store.complete(lease, Sample.RESPONSE, Sample.HOUR));

            for (RedisStore each : List.of(store, other)) {
                StoreException refusal = refused(() -> each.acquire(Sample.claim("late")));
                assertThat(refusal.isUnreadable()).isTrue();
                // The engine gives answers to callers by this, too.
                assertRefused(() -> each.find(Sample.claim("late").id()));
                assertNotExecuted(each);
            }

            // From here on they have connections on which nothing was written yet.
            primary.command("CLIENT", "KILL", "TYPE", "normal");
            assertRefused(() -> store.complete(lease, Sample.RESPONSE, Sample.HOUR));
            assertRefused(() -> other.acquire(Sample.claim("late")));
            replica.thaw();
            Awaitility.await()
                    .atMost(SOON)
                    .ignoreExceptions()
                    .until(() -> store.complete(lease, Sample.RESPONSE, Sample.HOUR) == LeaseStatus.HELD);
            assertAnswered(other);
            primary.kill();
        }
        replica.promote();
        try (RedisStore store = RedisStore.at(Sample.at(replica)).prefix(PREFIX).open()) {
            assertAnswered(store);
        }
    }

    @Test
    void a_claim_and_a_release_that_are_made_again_on_another_connection_wait_as_well() {
        Claim claim = Sample.claim("again");
        Claim released = Sample.claim("released");
        try (RedisStore store = open()) {
            Lease lease = Sample.acquired(store.acquire(released));
            replica.freeze();
            assertRefused(() -> store.acquire(claim));
            assertRefused(() -> store.release(lease));

            primary.command("CLIENT", "KILL", "TYPE", "normal");
            assertRefused(() -> store.acquire(claim));
            assertRefused(() -> store.release(lease));
        }
    }

    @Test
    void what_the_replica_is_known_to_have_is_replayed_without_it() {
        try (RedisStore store = open()) {
            store.complete(Sample.acquired(store.acquire(Sample.claim("late"))), Sample.RESPONSE, Sample.HOUR);
            replica.freeze();

            assertAnswered(store);
            assertRefused(() -> store.acquire(Sample.claim("new")));
            assertAnswered(store);
        }
    }

    private static void assertAnswered(RedisStore store) {
        assertThat(store.acquire(Sample.claim("late")))
                .isInstanceOfSatisfying(
                        Acquisition.Existing.class,
                        existing -> assertThat(existing.record().state())
                                .isInstanceOfSatisfying(
                                        Completed.class,
                                        done -> assertThat(done.response()).isEqualTo(Sample.RESPONSE)));
    }

    private static void assertNotExecuted(RedisStore store) {
        OperationPolicy open = OperationPolicy.DEFAULT.withStoreFailure(OperationPolicy.StoreFailure.FAIL_OPEN);
        try (IdempotencyEngine engine = IdempotencyEngine.over(store).build()) {
            assertThat(engine.execute(Sample.operation("late", open), execution -> {
                        throw new AssertionError("executed");
                    }))
                    .isInstanceOf(Answer.Reject.class);
        }
    }

    private static void assertRefused(Supplier<?> call) {
        assertThat(refused(call)).hasMessageContaining("only 0 replicas of 1");
    }

    /** How the call fails; a connection that was lost is there again within a moment. */
    private static StoreException refused(Supplier<?> call) {
        return Awaitility.await()
                .atMost(SOON)
                .until(
                        () -> failure(call),
                        failure -> String.valueOf(failure.getMessage()).contains("only 0 replicas of 1"));
    }

    private static StoreException failure(Supplier<?> call) {
        Object given;
        try {
            given = call.get();
        } catch (StoreException e) {
            return e;
        }
        throw new AssertionError("It was given " + given);
    }
}
