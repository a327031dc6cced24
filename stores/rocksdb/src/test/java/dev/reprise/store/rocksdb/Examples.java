package dev.reprise.store.rocksdb;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.support.Transition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** What the tests of this store are made of. */
final class Examples {
    static final Duration LEASE = Duration.ofSeconds(30);
    static final Duration RETENTION = Duration.ofHours(24);
    private static final AtomicLong CLAIMS = new AtomicLong();

    private Examples() {}

    static OperationId id(String key) {
        return new OperationId(new Scope("alice", "/v1/charges"), new IdempotencyKey(key));
    }

    static Claim claim(String key) {
        RequestFingerprint fingerprint = new RequestFingerprint(1, new byte[] {1, 2, 3});
        return new Claim(id(key), fingerprint, new Owner("test", CLAIMS.incrementAndGet()), LEASE);
    }

    static Lease acquire(OperationStore store, String key) {
        return ((Acquisition.Acquired) store.acquire(claim(key))).lease();
    }

    static Response response(String text) {
        return new Response(
                201, Headers.of("Content-Type", "text/plain"), Body.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    static void complete(OperationStore store, String key) {
        store.complete(acquire(store, key), response(key), RETENTION);
    }

    static Records records(StoreFolder folder, Consumer<OperationId> onChange) {
        return new Records(folder, InstantSource.system(), 16, Duration.ofSeconds(10), onChange);
    }

    static Change<Acquisition> acquire(Records records, Claim claim) {
        return new Change<>(batch -> batch.change(
                claim.id(),
                Keys.of(claim.id()),
                (present, now) -> Transition.acquire(present, claim, now, records::nextToken)));
    }

    /** What is on its way to the disk when the changes are written. */
    static Written write(Records records, Change<?>... changes) {
        List<Written> written = new ArrayList<>();
        records.write(List.of(changes), written::add);
        return written.getFirst();
    }
}
