package dev.reprise.outbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The databases that an outbox is known to work in. */
enum Dialect {
    H2("H2", " FOR UPDATE SKIP LOCKED", true),
    /** One writer at a time, so there is nothing to skip. */
    SQLITE("SQLite", "", true),
    POSTGRESQL("PostgreSQL", " FOR UPDATE SKIP LOCKED", false);

    private final String product;
    private final String locking;
    private final boolean embedded;

    Dialect(String product, String locking, boolean embedded) {
        this.product = product;
        this.locking = locking;
        this.embedded = embedded;
    }

    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return Stream.of(values())
                .filter(dialect -> dialect.product.equals(product))
                .findFirst()
                .orElseThrow(
                        () -> new OutboxException("An outbox works in H2, SQLite or PostgreSQL, not in " + product));
    }

    /** What makes a query take its rows, and leave those that another node is taking. */
    String locking() {
        return locking;
    }

    /** Whether the tables are made by whoever opens it first, and not by an administrator with a script. */
    boolean embedded() {
        return embedded;
    }

    /** The statements that make the tables. */
    List<String> schema() {
        String file = name().toLowerCase(Locale.ROOT) + ".sql";
        try (InputStream script = Dialect.class.getResourceAsStream(file)) {
            if (script == null) {
                throw new IllegalStateException(file + " is missing from the jar");
            }
            return Stream.of(new String(script.readAllBytes(), StandardCharsets.UTF_8).split(";", -1))
                    .filter(statement -> !statement.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
