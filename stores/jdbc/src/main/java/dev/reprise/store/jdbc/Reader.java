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

    private final Sessions sessions;
    private final Statements statements;

    Reader(Sessions sessions, Statements statements) {
        this.sessions = sessions;
        this.statements = statements;
    }

    void read(List<Reading> waiting) {
        List<Reading.Lookup> lookups = new ArrayList<>();
        List<Reading.Watch> watches = new ArrayList<>();
        for (Reading reading : waiting) {
            if (reading.call().isAnswered()) {
                // Its caller has given up.
                continue;
            }
            switch (reading) {
                case Reading.Lookup lookup -> lookups.add(lookup);
                case Reading.Watch watch -> watches.add(watch);
                case Reading.Work work -> run(work);
            }
        }
        lookUp(lookups);
        together(
                watches,
                Reading.Watch::key,
                this::watch,
                (watch, found) -> watch.then().accept(found.get(watch.key())));
    }

    private void lookUp(List<Reading.Lookup> lookups) {
        Map<Key, List<Reading.Lookup>> longer = new LinkedHashMap<>();
        together(lookups, Reading.Lookup::key, this::findShort, (lookup, found) -> {
            Optional<Existing> record = found.get(lookup.key());
            if (record != null && record.isEmpty()) {
                longer.computeIfAbsent(lookup.key(), key -> new ArrayList<>()).add(lookup);
            } else {
                lookup.then().accept(record == null ? null : record.get());
            }
        });
        for (List<Reading.Lookup> same : longer.values()) {
            List<Reading.Lookup> waiting =
                    same.stream().filter(lookup -> !lookup.call().isAnswered()).toList();
            together(
                    waiting,
                    Reading.Lookup::key,
                    this::find,
                    (lookup, found) -> lookup.then().accept(found.get(lookup.key())));
        }
    }

    private static void run(Reading.Work work) {
        try {
            work.task().run();
        } catch (SQLException | RuntimeException e) {
            work.fail(Faults.exception("read records", e));
        }
    }

    private Map<Key, Optional<Existing>> findShort(Collection<Key> keys) throws SQLException {
        return sessions.read(connection -> statements.readShort(connection, keys));
    }

    private Map<Key, Existing> find(Collection<Key> keys) throws SQLException {
        return sessions.read(connection -> statements.read(connection, keys));
    }

    private Map<Key, Statements.Watched> watch(Collection<Key> keys) throws SQLException {
        return sessions.write(connection -> statements.watch(connection, keys));
    }

    @FunctionalInterface
    private interface Query<R> {
        Map<Key, R> of(Collection<Key> keys) throws SQLException;
    }

    private static <T extends Reading, R> void together(
            List<T> all, Function<T, Key> key, Query<R> query, BiConsumer<T, Map<Key, R>> answer) {
        for (int from = 0; from < all.size(); from += MOST) {
            List<T> some = all.subList(from, Math.min(all.size(), from + MOST));
            Set<Key> keys = new LinkedHashSet<>();
            some.forEach(one -> keys.add(key.apply(one)));
            try {
                Map<Key, R> found = twice(query, keys);
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
    private static <R> Map<Key, R> twice(Query<R> query, Set<Key> keys) throws SQLException {
        try {
            return query.of(keys);
        } catch (SQLException e) {
            return switch (Faults.kind(e)) {
                case CONFLICT, PATIENCE, LOST -> query.of(keys);
                case CONSTRAINT, BROKEN, OTHER -> throw e;
            };
        }
    }

    private static <T extends Reading, R> void answer(T one, Map<Key, R> found, BiConsumer<T, Map<Key, R>> answer) {
        try {
            answer.accept(one, found);
        } catch (RuntimeException e) {
            one.fail(e);
        }
    }
}
