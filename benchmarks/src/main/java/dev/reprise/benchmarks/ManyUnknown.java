package dev.reprise.benchmarks;

import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Scope;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.Claim;
import dev.reprise.spi.OperationQuery;
import dev.reprise.store.rocksdb.RocksDbStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An embedded store with many operations whose outcome is unknown: what it takes to open, list and search it, in a heap
 * that could not hold them.
 *
 * <pre>JAVA_OPTIONS=-Xmx256m benchmarks/run ManyUnknown</pre>
 *
 * <p>Argument: how many (5000000).
 */
final class ManyUnknown {
    private static final int FILLERS = 512;
    private static final int PAGE = 1_000;
    private static final int SEARCHES = 10_000;
    private static final RequestFingerprint FINGERPRINT = new RequestFingerprint(1, new byte[32]);
    private static final Scope SCOPE = new Scope("3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "/v1/charges");

    private ManyUnknown() {}

    public static void main(String[] arguments) throws Exception {
        int operations = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5_000_000;
        Path folder = Files.createTempDirectory("reprise-benchmark");
        try {
            double fillSeconds = seconds(() -> fill(folder, operations));
            long start = System.nanoTime();
            try (RocksDbStore store = RocksDbStore.in(folder).open()) {
                double openSeconds = (System.nanoTime() - start) / 1e9;
                double firstPage = seconds(() -> list(store, 1));
                double allPages = seconds(() -> require(operations, list(store, Integer.MAX_VALUE)));
                double searches = seconds(() -> search(store, operations));
                System.out.println(Machine.describe());
                System.out.printf(
                        "%,d unknown operations, a heap of at most %d MB%n%n",
                        operations, Runtime.getRuntime().maxMemory() >> 20);
                System.out.println("| | |");
                System.out.println("|---|---|");
                System.out.printf("| claimed and parked per second | %,.0f |%n", operations / fillSeconds);
                System.out.printf("| opening, s | %.2f |%n", openSeconds);
                System.out.printf("| listing the first %,d, ms | %.1f |%n", PAGE, firstPage * 1e3);
                System.out.printf("| listing all, page by page, s | %.1f |%n", allPages);
                System.out.printf("| a claim that meets one, µs | %.0f |%n", searches * 1e6 / SEARCHES);
                System.out.printf("| heap in use afterwards, MB | %d |%n", heapInUse() >> 20);
            }
        } finally {
            Folders.delete(folder);
        }
    }

    /** Something that takes its time. */
    @FunctionalInterface
    private interface Work {
        void run() throws InterruptedException, ExecutionException;
    }

    private static double seconds(Work work) throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static void fill(Path folder, int operations) throws InterruptedException, ExecutionException {
        try (RocksDbStore store = RocksDbStore.in(folder).open()) {
            AtomicInteger next = new AtomicInteger();
            Load.times(FILLERS, operations, () -> {
                int number = next.getAndIncrement();
                store.park(((Acquired) store.acquire(claim(number))).lease(), "Connection was closed");
                if (number % 500_000 == 0) {
                    System.err.printf("%,d of %,d%n", number, operations);
                }
            });
        }
    }

    /** Spread over all keys, as random ones are. */
    private static Claim claim(int number) {
        IdempotencyKey key = new IdempotencyKey("%08x-charge".formatted(Integer.reverse(number)));
        return new Claim(
                new OperationId(SCOPE, key), FINGERPRINT, new Owner("benchmark", number), Duration.ofSeconds(30));
    }

    private static int list(RocksDbStore store, int pages) {
        int found = 0;
        OperationQuery query = OperationQuery.of(EnumSet.of(OperationState.Kind.UNKNOWN), PAGE);
        for (int page = 0; page < pages; page++) {
            OperationQuery.Page<OperationRecord> records = store.list(query);
            found += records.items().size();
            if (records.next() == null) {
                break;
            }
            query = query.from(records.next());
        }
        return found;
    }

    private static void search(RocksDbStore store, int operations) {
        Random random = new Random(1);
        for (int i = 0; i < SEARCHES; i++) {
            Acquisition acquisition = store.acquire(claim(random.nextInt(operations)));
            if (!(acquisition instanceof Existing existing)
                    || !(existing.record().state() instanceof OperationState.Unknown)) {
                throw new IllegalStateException("Not unknown: " + acquisition);
            }
        }
    }

    private static void require(int expected, int found) {
        if (found != expected) {
            throw new IllegalStateException(found + " of " + expected + " were listed");
        }
    }

    private static long heapInUse() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
