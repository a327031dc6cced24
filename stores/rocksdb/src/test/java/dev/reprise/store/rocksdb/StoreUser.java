package dev.reprise.store.rocksdb;

import dev.reprise.testkit.Parallel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that works on a store until it is killed, and prints a line for each write that the store acknowledged:
 * {@code claimed KEY}, {@code completed KEY}, {@code parked KEY} or {@code released KEY}.
 */
final class StoreUser {
    private StoreUser() {}

    public static void main(String[] arguments) throws Exception {
        RocksDbStore store = RocksDbStore.in(Path.of(arguments[0])).open();
        System.out.println("acknowledged writes follow");
        String prefix = arguments.length > 1 ? arguments[1] : "k";
        AtomicInteger next = new AtomicInteger();
        Parallel.run(16, () -> {
            while (true) {
                work(store, prefix + next.getAndIncrement());
            }
        });
    }

    private static void work(RocksDbStore store, String key) {
        var lease = Examples.acquire(store, key);
        System.out.println("claimed " + key);
        switch (Math.floorMod(key.hashCode(), 8)) {
            case 0 -> {
                store.park(lease, key);
                System.out.println("parked " + key);
            }
            case 1 -> {
                store.release(lease);
                System.out.println("released " + key);
            }
            default -> {
                store.complete(lease, Examples.response(key), Examples.RETENTION);
                System.out.println("completed " + key);
            }
        }
    }
}
