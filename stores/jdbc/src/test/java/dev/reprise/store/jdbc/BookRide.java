package dev.reprise.store.jdbc;

import dev.reprise.OperationType;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableOperation;
import dev.reprise.resumable.Steps;
import java.sql.Connection;
import java.sql.SQLException;

/** The example of {@code docs/resumable.md}. */
final class BookRide implements ResumableOperation<String, String, Connection> {
    /** A payment provider that recognises idempotency keys. */
    @FunctionalInterface
    interface Payments {
        String charge(String idempotencyKey, String ride) throws Exception;
    }

    private final Payments payments;

    BookRide(Payments payments) {
        this.payments = payments;
    }

    static Resumable<String, String, Connection> type(Payments payments) {
        Codecs codecs = Codecs.builtIn();
        return Resumable.returning(
                new OperationType("book-ride", 1),
                codecs.of(String.class),
                codecs.of(String.class),
                new BookRide(payments));
    }

    @Override
    public String run(String destination, Steps<Connection> steps) {
        String ride = steps.local("create ride", String.class, connection -> insert(connection, destination));
        String charge = steps.remote("charge card", String.class, key -> payments.charge(key, ride));
        steps.local("queue receipt", connection -> insert(connection, "receipt for " + charge));
        return charge;
    }

    private static String insert(Connection connection, String what) throws SQLException {
        Shop.order(connection, what);
        return what;
    }
}
