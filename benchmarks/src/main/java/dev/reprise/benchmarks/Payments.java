package dev.reprise.benchmarks;

import dev.reprise.Answer;
import dev.reprise.Outcome;
import dev.reprise.Response;
import dev.reprise.TransactionalEngine;
import dev.reprise.store.jdbc.JdbcTransactionalStore;
import dev.reprise.store.jdbc.JdbcTransactions;
import dev.reprise.store.jdbc.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;

/** A business transaction that inserts one payment: unprotected, protected by hand, and protected by the engine. */
final class Payments implements AutoCloseable {
    static final String TABLES =
            "CREATE TABLE payment (id uuid NOT NULL PRIMARY KEY, amount bigint NOT NULL, memo text NOT NULL);"
                    + "CREATE TABLE by_hand (scope text NOT NULL, key text NOT NULL, fingerprint bytea NOT NULL, "
                    + "created_at timestamptz NOT NULL DEFAULT now(), status int, headers text, body bytea, "
                    + "PRIMARY KEY (scope, key)); CREATE INDEX by_hand_age ON by_hand (created_at)";
    private static final byte[] FINGERPRINT = new byte[32];

    private final DataSource source;
    private final TransactionalEngine<Connection> engine;
    private final Response response = SampleOperations.response(420);

    Payments(DataSource source) {
        this.source = source;
        this.engine = TransactionalEngine.over(
                        JdbcTransactions.of(source), JdbcTransactionalStore.open(source, TableName.DEFAULT))
                .build();
    }

    static void pay(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO payment VALUES (?, ?, ?)")) {
            insert.setObject(1, UUID.randomUUID());
            insert.setLong(2, 4_200);
            insert.setString(3, "Invoice 2026-11-22, two pieces");
            insert.executeUpdate();
        }
    }

    void unprotected() {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            pay(connection);
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a careful engineer writes: the key first, so that a duplicate is found out, and the response last. */
    void byHand() {
        String key = UUID.randomUUID().toString();
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement claim = connection.prepareStatement(
                    "INSERT INTO by_hand (scope, key, fingerprint) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")) {
                claim.setString(1, "3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/v1/charges");
                claim.setString(2, key);
                claim.setBytes(3, FINGERPRINT);
                if (claim.executeUpdate() == 0) {
                    throw new IllegalStateException("A fresh key was there");
                }
            }
            pay(connection);
            try (PreparedStatement finish = connection.prepareStatement(
                    "UPDATE by_hand SET status = ?, headers = ?, body = ? WHERE scope = ? AND key = ?")) {
                finish.setInt(1, 201);
                finish.setString(2, "Content-Type\napplication/json\nLocation\n/v1/charges/1\n");
                finish.setBytes(3, response.body().bytes());
                finish.setString(4, "3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/v1/charges");
                finish.setString(5, key);
                finish.executeUpdate();
            }
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void byEngine() {
        try {
            Answer answer = engine.execute(SampleOperations.fresh(), execution -> {
                pay(execution.transaction());
                return new Outcome.Answered(response, response);
            });
            if (!(answer instanceof Answer.Fresh)) {
                throw new IllegalStateException("A fresh key was not executed: " + answer);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The least that a replay can cost: the row of a finished operation by its primary key. */
    void select(byte[] id) {
        try (Connection connection = source.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "SELECT state, fingerprint_version, fingerprint, expires_at, status, headers, trailers, body "
                                + "FROM reprise_operation WHERE id = ?")) {
            select.setBytes(1, id);
            try (ResultSet rows = select.executeQuery()) {
                if (!rows.next() || rows.getBytes(8).length == 0) {
                    throw new IllegalStateException("The row is gone");
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
