package dev.reprise.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Statements that PostgreSQL gets in one message, so that all of them take one round trip. Not thread-safe. */
final class Script {
    private final List<String> statements = new ArrayList<>();
    private final List<Columns> columns = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();

    /** Reads the rows of a query. */
    @FunctionalInterface
    interface Reader {
        void read(ResultSet rows) throws SQLException;
    }

    void update(String statement, Columns... arguments) {
        query(statement, rows -> {}, arguments);
    }

    void query(String statement, Reader reader, Columns... arguments) {
        statements.add(statement);
        readers.add(reader);
        columns.addAll(List.of(arguments));
    }

    void run(Connection connection) throws SQLException {
        try (PreparedStatement prepared = connection.prepareStatement(String.join("; ", statements))) {
            allRows(prepared);
            int place = 0;
            for (Columns column : columns) {
                column.set(connection, prepared, ++place);
            }
            boolean rows = prepared.execute();
            for (Reader reader : readers) {
                if (rows) {
                    try (ResultSet result = prepared.getResultSet()) {
                        reader.read(result);
                    }
                }
                rows = prepared.getMoreResults();
            }
        }
    }

    /** Without it the driver may fetch rows piece by piece, if it is set so, which ends with the transaction. */
    static void allRows(PreparedStatement prepared) throws SQLException {
        prepared.setFetchSize(0);
    }
}
