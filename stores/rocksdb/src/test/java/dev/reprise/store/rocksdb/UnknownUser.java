package dev.reprise.store.rocksdb;

import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.spi.OperationQuery;
import dev.reprise.testkit.Parallel;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that parks operations, all under the same owner who never comes back, and then walks through them: prints
 * {@code listed NUMBER}. Arguments: folder, how many.
 */
final class UnknownUser {
    private static final int PAGE = 1_000;

    private UnknownUser() {}

    public static void main(String[] arguments) throws Exception {
        int operations = Integer.parseInt(arguments[1]);
        try (RocksDbStore store =
                RocksDbStore.in(Path.of(arguments[0])).cacheBytes(1 << 20).open()) {
            AtomicInteger next = new AtomicInteger();
            Parallel.run(128, () -> {
                for (int i = next.getAndIncrement(); i < operations; i = next.getAndIncrement()) {
                    store.park(Examples.acquire(store, "key-" + i), "the service did not answer");
                }
                return true;
            });
            System.out.println("listed " + list(store));
        }
    }

    private static int list(RocksDbStore store) {
        int found = 0;
        OperationQuery query = OperationQuery.of(EnumSet.of(OperationState.Kind.UNKNOWN), PAGE);
        OperationQuery.Page<OperationRecord> page;
        do {
            page = store.list(query);
            found += page.items().size();
            query = query.from(page.next());
        } while (page.next() != null);
        return found;
    }
}
