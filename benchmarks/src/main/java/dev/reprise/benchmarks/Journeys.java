package dev.reprise.benchmarks;

import dev.reprise.Answer;
import dev.reprise.OperationType;
import dev.reprise.resumable.Codec;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.resumable.Steps;
import dev.reprise.store.jdbc.JdbcResumableStore;
import dev.reprise.store.jdbc.JdbcTransactions;
import dev.reprise.store.jdbc.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;

/** An operation of three local steps, each of which inserts a payment and brings a text: by hand, and by the engine. */
final class Journeys implements AutoCloseable {
    static final String TABLES =
            "CREATE TABLE journey_by_hand (scope text NOT NULL, key text NOT NULL, fingerprint bytea NOT NULL, "
                    + "input bytea NOT NULL, recovery_point text NOT NULL, first_result text, second_result text, "
                    + "created_at timestamptz NOT NULL DEFAULT now(), locked_at timestamptz, status int, body bytea, "
                    + "PRIMARY KEY (scope, key)); "
                    + "CREATE INDEX journey_by_hand_due ON journey_by_hand (locked_at) WHERE status IS NULL";
    static final String RESULT = "Payment 420 is done";
    private static final String SCOPE = "3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/v1/charges";
    private static final byte[] FINGERPRINT = new byte[32];
    private static final Codec<String> TEXT = Codecs.builtIn().of(String.class);

    private final DataSource source;
    private final Resumable<String, String, Connection> type =
            Resumable.returning(new OperationType("journey", 1), TEXT, TEXT, Journeys::run);
    private final ResumableEngine<Connection> engine;

    Journeys(DataSource source) {
        this.source = source;
        this.engine = ResumableEngine.over(
                        JdbcTransactions.of(source), JdbcResumableStore.open(source, TableName.DEFAULT))
                .register(type)
                .build();
    }

    private static String run(String input, Steps<Connection> steps) {
        String first = steps.local("first", TEXT, Journeys::step);
        String second = steps.local("second", TEXT, Journeys::step);
        return first + second + steps.local("third", TEXT, Journeys::step);
    }

    static String step(Connection connection) throws SQLException {
        Payments.pay(connection);
        return RESULT;
    }

    void byEngine() {
        Answer answer = engine.run(SampleOperations.fresh(), type, RESULT);
        if (!(answer instanceof Answer.Fresh)) {
            throw new IllegalStateException("A fresh key was not executed: " + answer);
        }
    }

    /** What a careful engineer writes: a recovery point that moves on with each transaction, and a time by which others wait. */
    void byHand() {
        String key = UUID.randomUUID().toString();
        try {
            begin(key);
            advance(key, "second_result", "first", "second");
            finish(key);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void begin(String key) throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement claim = connection.prepareStatement(
                    "INSERT INTO journey_by_hand (scope, key, fingerprint, input, recovery_point, first_result, locked_at) "
                            + "VALUES (?, ?, ?, ?, 'first', ?, now()) ON CONFLICT DO NOTHING")) {
                claim.setString(1, SCOPE);
                claim.setString(2, key);
                claim.setBytes(3, FINGERPRINT);
                claim.setBytes(4, RESULT.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                claim.setString(5, RESULT);
                require(claim.executeUpdate());
            }
            Payments.pay(connection);
            connection.commit();
        }
    }

    private void advance(String key, String column, String from, String to) throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            Payments.pay(connection);
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE journey_by_hand SET recovery_point = ?, " + column
                            + " = ?, locked_at = now() WHERE scope = ? AND key = ? AND recovery_point = ?")) {
                update.setString(1, to);
                update.setString(2, RESULT);
                update.setString(3, SCOPE);
                update.setString(4, key);
                update.setString(5, from);
                require(update.executeUpdate());
            }
            connection.commit();
        }
    }

    private void finish(String key) throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            Payments.pay(connection);
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE journey_by_hand SET recovery_point = 'finished', status = 200, "
                            + "body = ?, locked_at = NULL WHERE scope = ? AND key = ? AND recovery_point = 'second'")) {
                update.setBytes(1, (RESULT + RESULT + RESULT).getBytes(java.nio.charset.StandardCharsets.UTF_8));
                update.setString(2, SCOPE);
                update.setString(3, key);
                require(update.executeUpdate());
            }
            connection.commit();
        }
    }

    private static void require(int rows) {
        if (rows != 1) {
            throw new IllegalStateException("Somebody else has it");
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
