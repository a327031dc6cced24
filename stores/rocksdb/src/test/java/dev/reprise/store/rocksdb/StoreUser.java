package dev.reprise.store.rocksdb;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.StoreException;
import dev.reprise.testkit.Parallel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * A process that works on a store until it is killed, and prints a line for each write that the store acknowledged:
 * {@code claimed KEY}, {@code completed KEY}, {@code parked KEY} or {@code released KEY}; and {@code lost KEY} if the
 * store does not know the owner any more.
 *
 * <p>A write that fails prints {@code refused MESSAGE} and is made again until it is acknowledged. In between the process
 * reads what it completed last, and prints {@code read KEY}, or {@code lost KEY} with what came instead.
 */
final class StoreUser {
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final RocksDbStore store;
    private volatile String lastCompleted = "";

    private StoreUser(RocksDbStore store) {
        this.store = store;
    }

    public static void main(String[] arguments) throws Exception {
        // Without a cache, so that reads reach the disk.
        RocksDbStore store = RocksDbStore.in(Path.of(arguments[0]))
                .cacheBytes(0)
                // What a full disk says counts, and not how slow the machine is.
                .timeLimit(Duration.ofSeconds(30))
                .open();
        StoreUser user = new StoreUser(store);
        System.out.println("acknowledged writes follow");
        String prefix = arguments.length > 1 ? arguments[1] : "k";
        AtomicInteger next = new AtomicInteger();
        Parallel.run(16, () -> {
            while (true) {
                user.work(prefix + next.getAndIncrement());
            }
        });
    }

    /** The response of the operation with the given key: long enough to fill a disk, and not to be compressed. */
    static Response response(String key) {
        byte[] body = new byte[8_000];
        new Random(key.hashCode()).nextBytes(body);
        return new Response(201, Headers.of("X-Key", key), Body.of(body));
    }

    private void work(String key) {
        Claim claim = Examples.claim(key);
        Acquisition acquisition = insist(() -> store.acquire(claim));
        Lease lease = ((Acquisition.Acquired) acquisition).lease();
        System.out.println("claimed " + key);
        switch (Math.floorMod(key.hashCode(), 8)) {
            case 0 -> end("parked", key, () -> store.park(lease, key));
            case 1 -> end("released", key, () -> store.release(lease));
            default -> {
                Response response = response(key);
                end("completed", key, () -> store.complete(lease, response, Examples.RETENTION));
                lastCompleted = key;
            }
        }
    }

    private void end(String done, String key, Supplier<LeaseStatus> ending) {
        boolean held = insist(ending) == LeaseStatus.HELD;
        System.out.println((held ? done : "lost") + " " + key);
    }

    private <R> R insist(Supplier<R> call) {
        while (true) {
            try {
                return call.get();
            } catch (StoreException e) {
                System.out.println("refused " + e.getMessage());
                read(lastCompleted);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private void read(String key) {
        try {
            OperationState state = store.find(Examples.id(key)).orElseThrow().state();
            boolean same =
                    state instanceof Completed completed && completed.response().equals(response(key));
            System.out.println(same ? "read " + key : "lost " + key + " as " + state);
        } catch (RuntimeException e) {
            System.out.println("lost " + key + ": " + e);
        }
    }
}
