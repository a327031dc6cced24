package dev.reprise.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A statement on an operation and those that go with it: sent in one message where the database takes several, so that they
 * cost one round trip, and one after the other elsewhere. Not thread-safe.
 *
 * <p>In one message all would be run, and a commit as well, although the first has changed nothing. So that is an error there,
 * which ends the message.
 */
final class Sequel {
    /** What PostgreSQL cannot make a token of, and says so. */
    private static final String NOTHING_CHANGED = "reprise found no such operation";

    /** @param missing what it means if no row is changed; empty if that may be */
    private record One(String statement, Places.Values values, String missing) {}

    private final List<One> all = new ArrayList<>();

    /** @param missing what it means if this changes no row; empty if it may be so, and for the first */
    void add(String statement, Places.Values values, String missing) {
        all.add(new One(statement, values, missing));
    }

    /**
     * Runs one after the other, unless the first changes nothing.
     *
     * @return how many operations the first has changed: 1, or 0, and then the transaction has to be rolled back
     */
    long runEach(Connection connection) throws SQLException {
        for (One one : all) {
            try (PreparedStatement prepared = connection.prepareStatement(one.statement)) {
                one.values.into(new Places(prepared));
                int changed = prepared.executeUpdate();
                if (changed == 0 && one.equals(all.getFirst())) {
                    return 0;
                }
                require(one, changed);
            }
        }
        return 1;
    }

    /**
     * Runs all in one message.
     *
     * @param commit whether they are the last of their transaction, which is committed then
     * @return the token of the operation that the first has changed, or 0, and then the transaction has to be rolled back
     */
    long runTogether(Connection connection, boolean commit) throws SQLException {
        String others = all.stream().skip(1).map(one -> "; " + one.statement).collect(Collectors.joining());
        String statements = "WITH operation AS (" + all.getFirst().statement
                + " RETURNING token) SELECT CASE count(*) WHEN 1 THEN max(token) ELSE CAST('" + NOTHING_CHANGED
                + "' || count(*) AS bigint) END FROM operation" + others + (commit ? "; COMMIT" : "");
        try (PreparedStatement prepared = connection.prepareStatement(statements)) {
            Places places = new Places(prepared);
            for (One one : all) {
                one.values.into(places);
            }
            boolean ignored = prepared.execute();
            long token = token(prepared);
            for (One one : all.subList(1, all.size())) {
                ignored = prepared.getMoreResults();
                require(one, prepared.getUpdateCount());
            }
            return token;
        } catch (SQLException e) {
            if (String.valueOf(e.getMessage()).contains(NOTHING_CHANGED)) {
                return 0;
            }
            throw e;
        }
    }

    private static long token(PreparedStatement prepared) throws SQLException {
        try (ResultSet row = prepared.getResultSet()) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void require(One one, int changed) throws SQLException {
        if (changed == 0 && !one.missing.isEmpty()) {
            throw new SQLException(one.missing);
        }
    }
}
