package dev.reprise.store.jdbc;

import dev.reprise.spi.Acquisition.Existing;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Reads what waits, all look-ups in one statement; records with long bodies are read one by one, since drivers hold all that a
 * statement reads. Thread-safe.
 */
final class Reader {
    private static final int MOST = 128;

    private final ShortConnections connections;
    private final Statements statements;

    Reader(ShortConnections connections, Statements statements) {
        this.connections = connections;
        this.statements = statements;
    }

    void read(List<PendingRead> waiting) {
        List<PendingRead.Lookup> lookups = new ArrayList<>();
        List<PendingRead.Watch> watches = new ArrayList<>();
        for (PendingRead reading : waiting) {
            if (reading.call().isAnswered()) {
                // Its caller has given up.
                continue;
            }
            switch (reading) {
                case PendingRead.Lookup lookup -> lookups.add(lookup);
                case PendingRead.Watch watch -> watches.add(watch);
                case PendingRead.Single single -> run(single);
            }
        }
        lookUp(lookups);
        together(
                watches,
                PendingRead.Watch::key,
                this::watch,
                (watch, found) -> watch.then().accept(found.get(watch.key())));
    }

    private void lookUp(List<PendingRead.Lookup> lookups) {
        Map<RowKey, List<PendingRead.Lookup>> longer = new LinkedHashMap<>();
        together(lookups, PendingRead.Lookup::key, this::findShort, (lookup, found) -> {
            Optional<Existing> record = found.get(lookup.key());
            if (record != null && record.isEmpty()) {
                longer.computeIfAbsent(lookup.key(), key -> new ArrayList<>()).add(lookup);
            } else {
                lookup.then().accept(record == null ? null : record.get());
            }
        });
        for (List<PendingRead.Lookup> same : longer.values()) {
            List<PendingRead.Lookup> waiting =
                    same.stream().filter(lookup -> !lookup.call().isAnswered()).toList();
            together(
                    waiting,
                    PendingRead.Lookup::key,
                    this::find,
                    (lookup, found) -> lookup.then().accept(found.get(lookup.key())));
        }
    }

    private static void run(PendingRead.Single single) {
        try {
            single.task().run();
        } catch (SQLException | RuntimeException e) {
            single.fail(Faults.exception("read records", e));
        }
    }

    private Map<RowKey, Optional<Existing>> findShort(Collection<RowKey> keys) throws SQLException {
        return connections.read(connection -> statements.readShort(connection, keys));
    }

    private Map<RowKey, Existing> find(Collection<RowKey> keys) throws SQLException {
        return connections.read(connection -> statements.read(connection, keys));
    }

    private Map<RowKey, Statements.Watched> watch(Collection<RowKey> keys) throws SQLException {
        return connections.write(connection -> statements.watch(connection, keys));
    }

    @FunctionalInterface
    private interface Query<R> {
        Map<RowKey, R> of(Collection<RowKey> keys) throws SQLException;
    }

    private static <T extends PendingRead, R> void together(
            List<T> all, Function<T, RowKey> key, Query<R> query, BiConsumer<T, Map<RowKey, R>> answer) {
        for (int from = 0; from < all.size(); from += MOST) {
            List<T> some = all.subList(from, Math.min(all.size(), from + MOST));
            Set<RowKey> keys = new LinkedHashSet<>();
            some.forEach(one -> keys.add(key.apply(one)));
            try {
                Map<RowKey, R> found = twice(query, keys);
                some.forEach(one -> answer(one, found, answer));
            } catch (SQLException | RuntimeException e) {
                if (some.size() > 1 && Faults.kind(e) == Faults.Kind.OTHER) {
                    // A record that cannot be read fails those who asked for it, and nobody else.
                    some.forEach(one -> together(List.of(one), key, query, answer));
                } else {
                    some.forEach(one -> one.fail(Faults.exception("read records", e)));
                }
            }
        }
    }

    /** A pooled connection may have broken unnoticed, and a read can always be made again. */
    private static <R> Map<RowKey, R> twice(Query<R> query, Set<RowKey> keys) throws SQLException {
        try {
            return query.of(keys);
        } catch (SQLException e) {
            return switch (Faults.kind(e)) {
                case CONFLICT, PATIENCE, LOST -> query.of(keys);
                case CONSTRAINT, BROKEN, OTHER -> throw e;
            };
        }
    }

    private static <T extends PendingRead, R> void answer(
            T one, Map<RowKey, R> found, BiConsumer<T, Map<RowKey, R>> answer) {
        try {
            answer.accept(one, found);
        } catch (RuntimeException e) {
            one.fail(e);
        }
    }
}
