package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Decision;
import dev.reprise.Execution;
import dev.reprise.Headers;
import dev.reprise.IdempotencyEngine;
import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyKey;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationState;
import dev.reprise.Outcome;
import dev.reprise.Rejection;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.support.TimeLimitedStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/** An engine over a faulty in-memory store on a settable clock, and the words in which its tests speak. */
abstract class EngineFixture {
    static final OperationPolicy POLICY = OperationPolicy.DEFAULT;

    final SettableClock clock = new SettableClock();
    final FaultyStore store = new FaultyStore(new MemoryStore(clock));
    final List<IdempotencyEvent> events = new CopyOnWriteArrayList<>();
    final AtomicInteger effects = new AtomicInteger();
    final ScarceRuntime runtime = new ScarceRuntime(clock.runtime());
    final IdempotencyEngine engine;

    /** A store that stalls fails. */
    EngineFixture() {
        this(store -> new TimeLimitedStore(store, Duration.ofMillis(300)));
    }

    /** @param limited what the engine gets in front of the faulty store */
    EngineFixture(UnaryOperator<OperationStore> limited) {
        engine = IdempotencyEngine.over(limited.apply(store))
                .listener(events::add)
                .runtime(runtime)
                .maxWaiting(100)
                .build();
    }

    @AfterEach
    final void close() {
        runtime.allowThreads();
        store.heal();
        engine.close();
    }

    static Operation operation(String key) {
        return operation(key, POLICY);
    }

    static Operation operation(String key, OperationPolicy policy) {
        return operation(key, "pay 100", policy);
    }

    static Operation operation(String key, String request, OperationPolicy policy) {
        OperationId id = new OperationId(new Scope("alice", "/v1/charges"), new IdempotencyKey(key));
        return new Operation(id, fingerprints(1, request), policy);
    }

    /** Fingerprints whose current version is the given one, and which know all versions from 1 on. */
    static RequestFingerprint.Source fingerprints(int currentVersion, String request) {
        return new RequestFingerprint.Source() {
            @Override
            public RequestFingerprint current() {
                return ofVersion(currentVersion);
            }

            @Override
            public Optional<RequestFingerprint> of(int version) {
                return version <= currentVersion ? Optional.of(ofVersion(version)) : Optional.empty();
            }

            private RequestFingerprint ofVersion(int version) {
                byte[] bytes = (version + request).getBytes(StandardCharsets.UTF_8);
                return new RequestFingerprint(version, bytes);
            }
        };
    }

    static Response response(int status, String body) {
        return new Response(status, Headers.of("X-Body", body), Body.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    static Outcome answered(Response response) {
        return new Outcome.Answered(response, response);
    }

    /** A handler with an effect, whose answer says how many effects there have been. */
    Outcome pay(Execution execution) {
        return answered(response(201, "effect " + effects.incrementAndGet()));
    }

    /** Begins an operation that has to be this caller's turn. */
    Execution begin(Operation operation) {
        Decision decision = engine.begin(operation);
        assertThat(decision).isInstanceOf(Decision.Execute.class);
        return ((Decision.Execute) decision).execution();
    }

    /** Begins, and makes the owner vanish: it renews no more, and its lease runs out. */
    Execution abandoned(Operation operation) {
        Execution execution = begin(operation);
        store.inject(FaultyStore.Fault.FAIL, FaultyStore.Call.RENEW);
        clock.advance(POLICY.lease().plusMillis(1));
        return execution;
    }

    OperationState state(Operation operation) {
        return store.find(operation.id()).orElseThrow().state();
    }

    /** Whether nothing is left, not even what has expired: the clock goes back for as long as one looks. */
    boolean isDeleted(Duration retention) {
        clock.advance(retention.negated());
        try {
            return store.list(OperationQuery.of(EnumSet.allOf(OperationState.Kind.class), 1))
                    .items()
                    .isEmpty();
        } finally {
            clock.advance(retention);
        }
    }

    <E extends IdempotencyEvent> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    static void assertFresh(Decision decision, Response expected) {
        assertThat(decision)
                .isInstanceOfSatisfying(
                        Answer.Fresh.class,
                        fresh -> assertThat(fresh.response()).isEqualTo(expected));
    }

    static void assertReplay(Decision decision, Response expected) {
        assertThat(decision)
                .isInstanceOfSatisfying(
                        Answer.Replay.class,
                        replay -> assertThat(replay.response()).isEqualTo(expected));
    }

    static void assertRejected(Decision decision, Rejection expected) {
        assertThat(decision)
                .isInstanceOfSatisfying(
                        Answer.Reject.class,
                        reject -> assertThat(reject.reason()).isEqualTo(expected));
    }
}
