package dev.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyEvent.Executed;
import dev.reprise.internal.Background;
import dev.reprise.internal.Events;
import dev.reprise.internal.Replies;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Claim;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Renewals meet each other and the end of their handler, one interleaving after the other. By hand, since Lincheck 3.7 runs
 * each renewal to its end as soon as it is started, and so never found a break that was planted here; many more of them are
 * tried by the simulation in testkit.
 */
class HeartbeatTest {
    private static final OperationId ID = new OperationId(new Scope("alice", "/"), new IdempotencyKey("k"));
    private static final RequestFingerprint FINGERPRINT = new RequestFingerprint(1, new byte[] {1});
    private static final Response RESPONSE = new Response(200, Headers.EMPTY, Body.EMPTY);
    private static final Duration HALF_A_LEASE = OperationPolicy.DEFAULT.lease().dividedBy(2);

    private final ManualRuntime runtime = new ManualRuntime();
    private final MemoryStore memory = new MemoryStore(() -> Instant.EPOCH.plusNanos(runtime.nanoTime()));
    private final GuardedStore store = new GuardedStore(memory);
    private final List<IdempotencyEvent> told = new ArrayList<>();
    private final Events events = new Events(told::add, runtime::nanoTime);
    private final Background background = new Background(runtime);
    private final Heartbeat heartbeat = new Heartbeat(store, runtime, background);
    private final LeasedExecution execution = execution();

    private LeasedExecution execution() {
        RequestFingerprint.Source source = new RequestFingerprint.Source() {
            @Override
            public RequestFingerprint current() {
                return FINGERPRINT;
            }

            @Override
            public Optional<RequestFingerprint> of(int version) {
                return Optional.empty();
            }
        };
        Operation operation = new Operation(ID, source, OperationPolicy.DEFAULT);
        LeasedParts parts = new LeasedParts(
                store,
                events,
                new Replies(events),
                heartbeat,
                new Settler(runtime, background),
                new Reconciliations(store, events, runtime, background, () -> new Owner("n", 2), null),
                background);
        Claim claim =
                new Claim(ID, FINGERPRINT, new Owner("n", 1), operation.policy().lease());
        LeasedExecution begun =
                new LeasedExecution(parts, operation, claim.owner(), ((Acquired) memory.acquire(claim)).lease(), 0);
        heartbeat.start(begun);
        return begun;
    }

    private void elapse(Duration time) throws InterruptedException {
        runtime.sleep(time);
    }

    private void finish() {
        assertThat(execution.finish(new Outcome.Answered(RESPONSE, RESPONSE))).isInstanceOf(Answer.Fresh.class);
    }

    @Test
    void a_beat_beside_a_renewal_starts_no_second_one() throws Exception {
        elapse(HALF_A_LEASE);
        heartbeat.beat();
        heartbeat.beat();
        assertThat(runtime.waiting()).isEqualTo(1);

        runtime.run();
        heartbeat.beat();
        assertThat(runtime.waiting()).as("it is not due any more").isZero();

        elapse(HALF_A_LEASE);
        heartbeat.beat();
        assertThat(runtime.waiting()).isEqualTo(1);
    }

    @Test
    void a_handler_that_has_ended_is_not_renewed() throws Exception {
        finish();
        elapse(HALF_A_LEASE);
        heartbeat.beat();

        assertThat(runtime.waiting()).isZero();
    }

    @Test
    void a_renewal_that_comes_after_the_end_of_its_handler_changes_and_tells_nothing_S27() throws Exception {
        elapse(HALF_A_LEASE);
        heartbeat.beat();
        finish();
        runtime.run();
        elapse(HALF_A_LEASE);
        heartbeat.beat();

        assertThat(runtime.waiting()).as("nothing is left to renew").isZero();
        assertThat(told).hasOnlyElementsOfType(Executed.class).hasSize(1);
        assertThat(memory.find(ID).orElseThrow().state()).isInstanceOf(OperationState.Completed.class);
    }

    @Test
    void a_handler_that_ran_too_long_is_not_renewed_but_known_until_its_outcome_is_settled_S22() throws Exception {
        elapse(OperationPolicy.DEFAULT.maxRunTime().plusNanos(1));
        heartbeat.beat();
        heartbeat.beat();

        assertThat(runtime.waiting()).as("nothing is renewed").isZero();
        assertThat(told)
                .hasOnlyElementsOfType(IdempotencyEvent.RanTooLong.class)
                .hasSize(1);
        assertThat(heartbeat.knows(ID)).isTrue();

        finish();
        assertThat(heartbeat.knows(ID)).isFalse();
    }
}
