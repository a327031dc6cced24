package dev.reprise.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A statement and those that go with it: sent in one message where the database takes several, so that they cost one round
 * trip, and one after the other elsewhere. Not thread-safe.
 */
final class Sequel {
    /** @param missing what it means if no row is changed; empty if that may be */
    private record One(String statement, Places.Values values, String missing) {}

    private final List<One> all = new ArrayList<>();

    /** @param missing what it means if this changes no row, unless the first statement has not either; empty if it may be so */
    void add(String statement, Places.Values values, String missing) {
        all.add(new One(statement, values, missing));
    }

    /**
     * What the first statement returns, or how many rows it changes. If that is 0, the transaction has to be rolled back: those
     * that follow may have been run or not.
     */
    long run(Connection connection, boolean inOneMessage) throws SQLException {
        return inOneMessage ? runTogether(connection) : runEach(connection);
    }

    private long runTogether(Connection connection) throws SQLException {
        String statements = all.stream().map(One::statement).collect(Collectors.joining("; "));
        try (PreparedStatement prepared = connection.prepareStatement(statements)) {
            Places places = new Places(prepared);
            for (One one : all) {
                one.values.into(places);
            }
            long first = result(prepared, prepared.execute());
            for (One one : all.subList(1, all.size())) {
                require(one, result(prepared, prepared.getMoreResults()), first);
            }
            return first;
        }
    }

    private long runEach(Connection connection) throws SQLException {
        long first = 0;
        for (One one : all) {
            try (PreparedStatement prepared = connection.prepareStatement(one.statement)) {
                one.values.into(new Places(prepared));
                long result = result(prepared, prepared.execute());
                if (one.equals(all.getFirst())) {
                    first = result;
                }
                require(one, result, first);
            }
            if (first == 0) {
                return 0;
            }
        }
        return first;
    }

    private static long result(PreparedStatement prepared, boolean isRow) throws SQLException {
        if (!isRow) {
            return prepared.getUpdateCount();
        }
        try (ResultSet row = prepared.getResultSet()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private static void require(One one, long changed, long first) throws SQLException {
        if (changed == 0 && first != 0 && !one.missing.isEmpty()) {
            throw new SQLException(one.missing);
        }
    }
}
