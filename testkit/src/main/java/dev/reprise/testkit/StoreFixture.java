package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.OperationStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the tests of {@link StoreContract} are made of. */
@ExtendWith(StoreCalls.OnFailure.class)
abstract class StoreFixture {
    static final Response RESPONSE = new Response(
            201,
            Headers.of("Content-Type", "application/json", "Location", "/v1/charges/1"),
            Body.of("{\"id\":1}".getBytes(StandardCharsets.UTF_8)));
    static final AtomicLong UNIQUE = new AtomicLong();

    final Duration lease;
    OperationStore store;
    StoreCalls calls;

    @SuppressWarnings("NullAway.Init")
    StoreFixture(Duration lease) {
        this.lease = lease;
    }

    /** Opens the store under test. Called before each test; the store is closed after it. */
    protected abstract OperationStore openStore() throws Exception;

    /**
     * Opens the store once more, on the same records, as another process would. A store that serves one process returns the one
     * that is open, as this does.
     */
    protected OperationStore openAnother() throws Exception {
        return store;
    }

    /** Lets at least that much time of the store's clock go by. */
    protected abstract void elapse(Duration atLeast) throws Exception;

    /** Opens the store. */
    @BeforeEach
    final void open() throws Exception {
        calls = new StoreCalls(openStore());
        store = calls.store();
    }

    /** Closes the store. */
    @AfterEach
    final void close() {
        store.close();
    }

    static OperationId newId() {
        return idOf("key-" + UNIQUE.incrementAndGet());
    }

    static OperationId idOf(String key) {
        return new OperationId(
                new Scope("alice-" + ProcessHandle.current().pid(), "/v1/charges"), new IdempotencyKey(key));
    }

    static RequestFingerprint fingerprint(int seed) {
        return new RequestFingerprint(1, new byte[] {(byte) seed, 2, 3});
    }

    static Owner newOwner() {
        return new Owner("node-" + ProcessHandle.current().pid(), UNIQUE.incrementAndGet());
    }

    final Claim claim(OperationId id) {
        return new Claim(id, fingerprint(1), newOwner(), lease);
    }

    final Lease acquire(OperationId id) {
        return acquired(store.acquire(claim(id)));
    }

    static Lease acquired(Acquisition acquisition) {
        assertThat(acquisition).isInstanceOf(Acquisition.Acquired.class);
        return ((Acquisition.Acquired) acquisition).lease();
    }

    static Acquisition.Existing existing(Acquisition acquisition) {
        assertThat(acquisition).isInstanceOf(Acquisition.Existing.class);
        return (Acquisition.Existing) acquisition;
    }

    final void awaitChange(OperationRecord running) throws InterruptedException {
        store.awaitChange(running.id(), running.token(), Duration.ofSeconds(1));
    }

    final OperationState state(OperationId id) {
        return store.find(id).orElseThrow().state();
    }

    final Lease abandoned(OperationId id) throws Exception {
        Lease left = acquire(id);
        elapse(lease.plusMillis(1));
        return left;
    }

    final Lease takenOver(OperationId id, FencingToken from) {
        return acquired(store.acquire(claim(id).takingOverFrom(from)));
    }
}
