package dev.reprise.store.jdbc;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.Outcome;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.TransactionalEngine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/** The business of the tests: orders are written to a table in the transaction of their operation. */
final class Shop {
    static final OperationPolicy POLICY = OperationPolicy.DEFAULT;

    private final DataSource source;

    /** Creates the table of orders, which has no unique index: a second execution would show. */
    Shop(DataSource source) {
        this.source = source;
    }

    static Shop in(DataSource source) {
        Databases.execute(source, "CREATE TABLE IF NOT EXISTS orders (idempotency_key varchar(255) NOT NULL)");
        return new Shop(source);
    }

    static OperationId id(String key) {
        return new OperationId(new Scope("alice", "/orders"), new IdempotencyKey(key));
    }

    static Operation operation(String key) {
        return operation(key, 1, POLICY);
    }

    static Operation waiting(String key, Duration maxWait) {
        return operation(key, 1, POLICY.withMaxWait(maxWait));
    }

    static Operation operation(String key, int payload, OperationPolicy policy) {
        RequestFingerprint fingerprint = new RequestFingerprint(1, new byte[] {(byte) payload});
        return new Operation(
                id(key),
                new RequestFingerprint.Source() {
                    @Override
                    public RequestFingerprint current() {
                        return fingerprint;
                    }

                    @Override
                    public Optional<RequestFingerprint> of(int version) {
                        return Optional.empty();
                    }
                },
                policy);
    }

    static Response response(int status, String text) {
        return new Response(
                status,
                Headers.of("Content-Type", "text/plain"),
                Body.of(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    static Outcome answered(int status, String text) {
        Response response = response(status, text);
        return new Outcome.Answered(response, response);
    }

    /** Writes an order in the given transaction. */
    static void order(Connection transaction, String key) throws SQLException {
        try (PreparedStatement insert =
                transaction.prepareStatement("INSERT INTO orders (idempotency_key) VALUES (?)")) {
            insert.setString(1, key);
            insert.executeUpdate();
        }
    }

    /** Orders as a service would, and answers with a status. */
    static Answer order(TransactionalEngine<Connection> engine, Operation operation, int status) throws SQLException {
        String key = operation.id().key().value();
        return engine.execute(operation, execution -> {
            order(execution.transaction(), key);
            return answered(status, "order " + key);
        });
    }

    /** How many times the operation was executed for good. */
    int orders(String key) {
        try (Connection connection = source.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("SELECT count(*) FROM orders WHERE idempotency_key = ?")) {
            select.setString(1, key);
            try (ResultSet rows = select.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    int number(String query) {
        try (Connection connection = source.getConnection();
                Statement select = connection.createStatement();
                ResultSet rows = select.executeQuery(query)) {
            if (!rows.next()) {
                throw new AssertionError("No row: " + query);
            }
            return rows.getInt(1);
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }
}
