package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.TransactionalEngine;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;

/**
 * A process that orders once, in a transaction with two business statements, and stops at a boundary, where the test kills
 * it. Arguments: address of the database, key, number of the boundary.
 *
 * <p>Prints {@code stopped} at the boundary, or {@code ended after N boundaries} if there were fewer.
 */
final class Buyer {
    private Buyer() {}

    public static void main(String[] arguments) throws Exception {
        int stop = Integer.parseInt(arguments[2]);
        Boundaries boundaries = new Boundaries(number -> {
            if (number == stop) {
                System.out.println("stopped");
                waitForTheEnd();
            }
        });
        try (HikariDataSource pool = Databases.pool(arguments[0], 2)) {
            JdbcTransactionalStore store = JdbcTransactionalStore.open(pool, TableName.DEFAULT);
            try (TransactionalEngine<Connection> engine = TransactionalEngine.over(
                            JdbcTransactions.of(boundaries.in(pool)), store)
                    .build()) {
                buy(engine, arguments[1]);
                int count = boundaries.count();
                if (stop > count) {
                    System.out.println("ended after " + count + " boundaries");
                } else {
                    waitForTheEnd();
                }
            }
        }
    }

    /** Two statements, so that there is a boundary between them. */
    static Answer buy(TransactionalEngine<Connection> engine, String key) throws SQLException {
        return engine.execute(Shop.waiting(key, java.time.Duration.ofSeconds(30)), execution -> {
            Shop.order(execution.transaction(), key);
            Shop.order(execution.transaction(), key);
            return Shop.answered(201, "order " + key);
        });
    }

    private static void waitForTheEnd() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
