package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.function.Function;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The part of {@link StoreContract} about two calls at the same moment, of which at most one may win. */
abstract class RaceContract extends WaitingContract {
    private static final int ROUNDS = 24;

    RaceContract(Duration lease) {
        super(lease);
    }

    /** What two calls came to that were made at the same moment, for the same operation. */
    private record Finish<A, B>(Lease lease, A first, B second) {}

    /** Lets two calls meet on operations whose leases have run out, again and again. */
    private <A, B> List<Finish<A, B>> race(Function<Lease, A> one, Function<Lease, B> other) throws Exception {
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            leases.add(acquire(newId()));
        }
        elapse(lease.plusMillis(1));
        List<Finish<A, B>> finishes = new ArrayList<>();
        Phaser start = new Phaser(2);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < leases.size(); i++) {
                Lease held = leases.get(i);
                Callable<A> onesTurn = () -> {
                    start.arriveAndAwaitAdvance();
                    return one.apply(held);
                };
                Callable<B> othersTurn = () -> {
                    start.arriveAndAwaitAdvance();
                    return other.apply(held);
                };
                // Who comes last goes on first, so each has to be the last now and then.
                Future<A> early = i % 2 == 0 ? threads.submit(onesTurn) : null;
                Future<B> second = threads.submit(othersTurn);
                Future<A> first = early == null ? threads.submit(onesTurn) : early;
                finishes.add(new Finish<>(held, first.get(), second.get()));
            }
        }
        return finishes;
    }

    private boolean takesOver(Lease held) {
        return store.acquire(claim(held.id()).takingOverFrom(held.token())) instanceof Acquisition.Acquired;
    }

    /** A slow owner, and somebody who believes that it is gone (S27, S32). */
    @Nested
    public class Races {
        @Test
        void of_a_completion_with_a_take_over_have_one_winner() throws Exception {
            for (Finish<LeaseStatus, Boolean> finish : race(
                    held -> store.complete(held, RESPONSE, lease.multipliedBy(1000)), RaceContract.this::takesOver)) {
                boolean completed = finish.first() == LeaseStatus.HELD;
                assertThat(finish.second()).as("taken over").isNotEqualTo(completed);
                assertThat(state(finish.lease().id())).isInstanceOf(completed ? Completed.class : Running.class);
            }
        }

        @Test
        void of_a_release_with_a_take_over_leave_one_record_at_most() throws Exception {
            for (Finish<LeaseStatus, Boolean> finish : race(store::release, RaceContract.this::takesOver)) {
                // A key that was released first is new, and then the claim succeeds as the first one.
                if (finish.first() == LeaseStatus.LOST) {
                    assertThat(finish.second()).as("taken over").isTrue();
                    assertThat(store.find(finish.lease().id()).orElseThrow().attempt())
                            .isEqualTo(2);
                } else if (finish.second()) {
                    assertThat(store.find(finish.lease().id()).orElseThrow().attempt())
                            .isEqualTo(1);
                }
            }
        }

        @Test
        void of_a_heartbeat_with_a_take_over_have_one_winner() throws Exception {
            for (Finish<LeaseStatus, Boolean> finish : race(store::renew, RaceContract.this::takesOver)) {
                assertThat(finish.second()).as("taken over").isEqualTo(finish.first() == LeaseStatus.LOST);
            }
        }

        @Test
        void of_a_heartbeat_with_the_parking_of_the_abandoned_have_one_winner() throws Exception {
            for (Finish<LeaseStatus, Boolean> finish :
                    race(store::renew, held -> store.parkAbandoned(held.id(), held.token(), "gone"))) {
                assertThat(finish.second()).as("parked").isEqualTo(finish.first() == LeaseStatus.LOST);
                assertThat(state(finish.lease().id())).isInstanceOf(finish.second() ? Unknown.class : Running.class);
            }
        }

        @Test
        void of_a_completion_with_the_parking_of_the_abandoned_are_won_by_the_completion() throws Exception {
            for (Finish<LeaseStatus, Boolean> finish : race(
                    held -> store.complete(held, RESPONSE, lease.multipliedBy(1000)),
                    held -> store.parkAbandoned(held.id(), held.token(), "gone"))) {
                assertThat(finish.first()).isEqualTo(LeaseStatus.HELD);
                assertThat(state(finish.lease().id())).isInstanceOf(Completed.class);
            }
        }

        @Test
        void of_two_take_overs_have_one_winner() throws Exception {
            for (Finish<Boolean, Boolean> finish : race(RaceContract.this::takesOver, RaceContract.this::takesOver)) {
                assertThat(finish.first()).isNotEqualTo(finish.second());
            }
        }
    }
}
