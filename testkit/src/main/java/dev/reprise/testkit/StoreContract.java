package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Completed;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link OperationStore} must do. A store's test extends this class and overrides {@link #openStore} and
 * {@link #elapse}; if that test is green, the store keeps the contract, but for what docs/stores.md lists as unchecked.
 *
 * <p>Each test uses its own operations, so a store may keep what earlier tests wrote. The failure of a test carries the calls that
 * it made.
 */
public abstract class StoreContract extends RaceContract {
    /**
     * A contract whose leases and retentions have the given length. With a settable clock any length is fine; with the
     * store's own clock choose a short one, because {@link #elapse} waits in real time.
     */
    protected StoreContract(Duration lease) {
        super(lease);
    }

    /** Many callers at once. */
    @Nested
    public class Concurrency {
        /** The counter is not synchronised: it adds up only if every owner was alone (S16). */
        @Test
        void owners_of_the_same_operation_exclude_each_other() throws Exception {
            int rounds = 40;
            int threads = 8;
            OperationId id = newId();
            long[] unsynchronised = new long[1];

            Parallel.run(threads, () -> {
                for (int done = 0; done < rounds; ) {
                    switch (store.acquire(claim(id))) {
                        case Acquisition.Acquired acquired -> {
                            long seen = unsynchronised[0];
                            LockSupport.parkNanos(1_000);
                            unsynchronised[0] = seen + 1;
                            assertThat(store.release(acquired.lease())).isEqualTo(LeaseStatus.HELD);
                            done++;
                        }
                        case Acquisition.Existing existing -> awaitChange(existing.record());
                    }
                }
                return null;
            });

            assertThat(unsynchronised[0]).isEqualTo((long) rounds * threads);
        }

        @Test
        void fifty_identical_claims_give_one_owner_and_everybody_sees_its_response_S16() throws Exception {
            for (int round = 0; round < 10; round++) {
                OperationId id = newId();
                AtomicInteger owners = new AtomicInteger();

                List<Response> responses = Parallel.run(50, () -> {
                    while (true) {
                        switch (store.acquire(claim(id))) {
                            case Acquisition.Acquired acquired -> {
                                int number = owners.incrementAndGet();
                                Response response = new Response(200, Headers.of("X-Owner", "" + number), Body.EMPTY);
                                store.complete(acquired.lease(), response, lease.multipliedBy(1000));
                            }
                            case Acquisition.Existing existing
                            when existing.record().state() instanceof Completed done -> {
                                return done.response();
                            }
                            case Acquisition.Existing existing -> awaitChange(existing.record());
                        }
                    }
                });

                assertThat(owners).hasValue(1);
                assertThat(responses).containsOnly(new Response(200, Headers.of("X-Owner", "1"), Body.EMPTY));
            }
        }
    }

    /** After the end. */
    @Nested
    public class Closing {
        @Test
        void makes_later_calls_fail_clearly() {
            OperationId id = newId();
            Lease held = acquire(id);
            store.close();

            Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
            calls.put("acquire", () -> store.acquire(claim(id)));
            calls.put("withdraw", () -> store.withdraw(claim(id)));
            calls.put("renew", () -> store.renew(held));
            calls.put("complete", () -> store.complete(held, RESPONSE, lease));
            calls.put("release", () -> store.release(held));
            calls.put("park", () -> store.park(held, "closed"));
            calls.put("parkAbandoned", () -> store.parkAbandoned(id, held.token(), "closed"));
            calls.put("startReconciling", () -> store.startReconciling(id, held.token(), lease));
            calls.put("eraseAnswer", () -> store.eraseAnswer(id, held.token()));
            calls.put("find", () -> store.find(id));
            calls.put("list", () -> store.list(OperationQuery.of(EVERY, 10)));
            calls.put("purgeExpired", () -> store.purgeExpired(10));
            calls.forEach((name, call) -> assertThatThrownBy(call).as(name).isInstanceOf(StoreException.class));
        }

        @Test
        void lets_nobody_wait_for_ever() throws Exception {
            Lease held = acquire(newId());
            store.close();

            assertReturnsSoon(() -> {
                try {
                    store.awaitChange(held.id(), held.token(), Duration.ofDays(1));
                } catch (StoreException e) {
                    // As well.
                }
            });
        }

        @Test
        void can_be_asked_for_twice() {
            store.close();
            store.close();
        }
    }
}
