package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import dev.reprise.spi.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The tables of a {@link CassandraStore}: a script to run, or a call that runs it. The keyspace is the application's. Immutable and
 * thread-safe.
 */
public final class CassandraSchema {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CqlTables tables;

    private CassandraSchema(CqlTables tables) {
        this.tables = tables;
    }

    /**
     * The tables in a keyspace.
     *
     * @param prefix how their names begin; {@code reprise} unless the store is told otherwise
     * @throws IllegalArgumentException if one of the two is no plain name in lower case
     */
    public static CassandraSchema of(String keyspace, String prefix) {
        return new CassandraSchema(new CqlTables(keyspace, prefix));
    }

    /** The statements that create the tables that are not there, for an operator to read and run. */
    public String script() {
        try (InputStream in = Objects.requireNonNull(CassandraSchema.class.getResourceAsStream("schema.cql"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll(
                            "\\b" + CqlTables.DEFAULT_PREFIX + "_(operation|body|live|bucket)\\b",
                            tables.keyspace() + "." + tables.prefix() + "_$1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Creates the tables that are not there. Not from several processes at once: Cassandra may then make two of one.
     *
     * @throws StoreException if Cassandra refuses
     */
    public void create(CqlSession session) {
        for (String statement : statements()) {
            try {
                session.execute(SimpleStatement.newInstance(statement).setTimeout(PATIENCE));
            } catch (DriverException e) {
                throw new StoreException("Cassandra did not run this: " + statement + "\n" + e.getMessage(), e);
            }
        }
    }

    private List<String> statements() {
        List<String> statements = new ArrayList<>();
        for (String statement : script().replaceAll("(?m)^--.*$", "").split(";", -1)) {
            if (!statement.isBlank()) {
                statements.add(statement.strip());
            }
        }
        return statements;
    }
}
