package dev.reprise.spi.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an operator does counts only for the operation that was seen (S27). */
class FencedEndTest {
    private static final OperationId ID = new OperationId(new Scope("ann", "/charges"), new IdempotencyKey("k"));
    private static final Response RESPONSE = new Response(201, Headers.EMPTY, Body.EMPTY);

    private final MemoryStore store = new MemoryStore();

    @AfterEach
    void close() {
        store.close();
    }

    private Lease claimed() {
        Claim claim =
                new Claim(ID, new RequestFingerprint(1, new byte[32]), new Owner("node", 1), Duration.ofMinutes(1));
        return ((Acquisition.Acquired) store.acquire(claim)).lease();
    }

    private FencingToken unknown() {
        Lease lease = claimed();
        LeaseStatus ignored = store.park(lease, "Nobody knows");
        return lease.token();
    }

    private Intervened resolve(OperationStore through, FencingToken seen) {
        return FencedEnd.resolve(through, ID, seen, RESPONSE, Duration.ofHours(1));
    }

    @Test
    void an_unknown_operation_is_resolved_or_released() {
        assertThat(FencedEnd.release(store, ID, unknown())).isInstanceOf(Intervened.Done.class);
        assertThat(store.find(ID)).isEmpty();

        assertThat(resolve(store, unknown())).isInstanceOf(Intervened.Done.class);
        assertThat(store.find(ID).orElseThrow().state()).isInstanceOf(OperationState.Completed.class);
    }

    @Test
    void one_that_runs_is_finished_or_was_not_seen_stays_as_it_is() {
        Lease running = claimed();
        assertThat(resolve(store, running.token())).isInstanceOf(Intervened.Running.class);
        assertThat(resolve(store, new FencingToken(running.token().value() + 1)))
                .isInstanceOf(Intervened.Changed.class);
        LeaseStatus ignored = store.complete(running, RESPONSE, Duration.ofHours(1));
        assertThat(resolve(store, running.token())).isInstanceOf(Intervened.Finished.class);
    }

    @Test
    void a_key_that_another_operator_has_freed_meanwhile_stays_free() {
        FencingToken seen = unknown();
        OperationStore overtaken = (OperationStore) Proxy.newProxyInstance(
                OperationStore.class.getClassLoader(),
                new Class<?>[] {OperationStore.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("acquire")) {
                        assertThat(FencedEnd.release(store, ID, seen)).isInstanceOf(Intervened.Done.class);
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });

        assertThat(resolve(overtaken, seen)).isInstanceOf(Intervened.Changed.class);
        assertThat(store.find(ID)).isEqualTo(Optional.empty());
    }
}
