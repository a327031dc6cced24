package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.spi.ResumableStore;
import java.net.http.HttpClient;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A process with many operations under way, each of which stops at a boundary of its own, where the test kills them all.
 * Arguments: address of the database, port of the peer, shape, beginning of the keys, first and last boundary, and the fault
 * of the store if it is to have one.
 *
 * <p>Prints {@code stopped NUMBER} for each, or {@code ended NUMBER} for those with fewer boundaries, and {@code ready}.
 */
final class Traveller {
    private final HikariDataSource pool;
    private final ResumableStore<Connection> store;
    private final HttpClient client = HttpClient.newHttpClient();
    private final String shape;
    private final int peer;
    private final CountDownLatch never = new CountDownLatch(1);

    Traveller(HikariDataSource pool, ResumableStore<Connection> store, String shape, int peer) {
        this.pool = pool;
        this.store = store;
        this.shape = shape;
        this.peer = peer;
    }

    public static void main(String[] arguments) throws Exception {
        int first = Integer.parseInt(arguments[4]);
        int last = Integer.parseInt(arguments[5]);
        try (HikariDataSource pool = Databases.pool(arguments[0], 2 + 2 * (last - first + 1))) {
            ResumableStore<Connection> store = JdbcResumableStore.open(pool, TableName.DEFAULT);
            Traveller traveller = new Traveller(
                    pool,
                    arguments.length > 6
                            ? new BrokenStore(store, pool, BrokenStore.Fault.valueOf(arguments[6]))
                            : store,
                    arguments[2],
                    Integer.parseInt(arguments[1]));
            CountDownLatch there = new CountDownLatch(2 * (last - first + 1));
            for (int boundary = first; boundary <= last; boundary++) {
                for (String mode : new String[] {"completer", "client"}) {
                    int stop = boundary;
                    Thread.ofVirtual().start(() -> {
                        String key = arguments[3] + "-" + mode + "-" + stop;
                        int count = traveller.travel(key, stop, () -> {
                            System.out.println("stopped " + stop);
                            there.countDown();
                        });
                        System.out.println("ended " + stop + " after " + count);
                        there.countDown();
                    });
                }
            }
            there.await();
            System.out.println("ready");
            traveller.never.await();
        }
    }

    /** Runs an operation to its end, or up to a boundary, and returns the number of boundaries. */
    int travel(String key, int stop, Runnable stopped) {
        Boundaries boundaries = new Boundaries(number -> {
            if (number == stop) {
                stopped.run();
                waitForTheEnd();
            }
        });
        Resumable<String, String, Connection> type = Journey.of(shape, peer, client, boundaries::point);
        try (ResumableEngine<Connection> engine = ResumableEngine.over(JdbcTransactions.of(boundaries.in(pool)), store)
                .register(type)
                .completer(Duration.ofHours(1), 0)
                .build()) {
            Journey.insist(engine, type, key, () -> {});
        }
        return boundaries.count();
    }

    private void waitForTheEnd() {
        try {
            never.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
