package dev.reprise.testkit.simulation;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore;
import dev.reprise.testkit.simulation.SimulatedDatabase.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A database with records and effects, whose transactions take effect as a whole or not at all. What goes wrong is what goes
 * wrong with databases: statements fail, transactions are rolled back because of others, and commits lose their
 * acknowledgement, whether they happen, happen later, or never.
 */
final class SimulatedDatabase implements TransactionalStore<Session> {
    /** Until when a server notices that its client is gone. */
    private static final Duration DETECTION = Duration.ofMillis(700);

    /** An open transaction, and the connection on which it is. */
    static final class Session {
        private final long number;
        private final SimulatedProcess process;
        private final List<LedgerEntry> effects = new ArrayList<>();
        private final Map<OperationId, OperationRecord> records = new LinkedHashMap<>();
        /** Expired records that the transaction replaces. */
        private final Set<OperationRecord> replaced = new HashSet<>();

        private boolean ended;
        private boolean lost;

        private Session(long number, SimulatedProcess process) {
            this.number = number;
            this.process = process;
        }

        /** What handlers run under, in place of a fencing token. */
        FencingToken token() {
            return new FencingToken(number);
        }
    }

    /** A failure of the database, of which it is known what it means. */
    static final class DatabaseException extends StoreException {
        private static final long serialVersionUID = 1;

        private final Failure meaning;

        DatabaseException(Failure meaning, String message) {
            super(message, null);
            this.meaning = meaning;
        }
    }

    private final World world;
    private final Map<OperationId, OperationRecord> records = new LinkedHashMap<>();
    private final Map<OperationId, Session> locks = new HashMap<>();
    private final List<Session> sessions = new ArrayList<>();
    private long lastSession;

    SimulatedDatabase(World world) {
        this.world = world;
    }

    Session connect(SimulatedProcess process) {
        return statement(null, () -> process + ": begin", () -> {
            Session session = new Session(++lastSession, process);
            sessions.add(session);
            return session;
        });
    }

    @Override
    public Claimed claim(Session session, OperationId id) {
        return statement(session, () -> session.process + ": claim " + OperationNames.of(id), () -> {
            Session owner = locks.get(id);
            Instant now = world.clock().instant();
            Optional<OperationRecord> record = committed(id, now);
            if (record.isPresent()) {
                return new Claimed.Existing(record.get(), now);
            }
            if (owner != null && owner != session) {
                return new Claimed.Busy();
            }
            locks.put(id, session);
            Optional.ofNullable(records.get(id))
                    .filter(found -> found.expiredAt(now))
                    .ifPresent(expired -> {
                        session.replaced.add(expired);
                        world.oracle().history(id).expires();
                    });
            return new Claimed.Free();
        });
    }

    /** A transaction of its own, which sees what was committed before it. */
    @Override
    public Claimed look(OperationId id) {
        return statement(null, () -> "look at " + OperationNames.of(id), () -> {
            Instant now = world.clock().instant();
            Optional<OperationRecord> seen = committed(id, now);
            if (seen.isPresent()) {
                return new Claimed.Existing(seen.get(), now);
            }
            return locks.containsKey(id) ? new Claimed.Busy() : new Claimed.Free();
        });
    }

    private Optional<OperationRecord> committed(OperationId id, Instant now) {
        return Optional.ofNullable(records.get(id)).filter(record -> !record.expiredAt(now));
    }

    /** Work of the business. */
    void add(Session session, LedgerEntry effect) {
        statement(
                session,
                () -> session.process + ": work for " + OperationNames.of(effect.id()),
                () -> session.effects.add(effect));
    }

    @Override
    public void record(
            Session session, OperationId id, RequestFingerprint fingerprint, Response response, Duration retention) {
        statement(session, () -> session.process + ": record " + OperationNames.of(id), () -> {
            Instant now = world.clock().instant();
            Completed completed = new Completed(response, now, now.plus(retention));
            session.records.put(id, new OperationRecord(id, fingerprint, FencingToken.NONE, 1, now, completed));
            return true;
        });
    }

    /** Commits, and may lose the acknowledgement whatever becomes of it. */
    void commit(Session session) {
        Scheduler scheduler = world.scheduler();
        scheduler.pass();
        requireUsable(session);
        Optional<CallFault> fault = world.faults().next(() -> session.process + ": commit");
        if (fault.isEmpty()) {
            apply(session);
            scheduler.pass();
            return;
        }
        switch (fault.get()) {
            case FAILS -> {
                end(session);
                boolean refused = session.number % 3 == 0;
                throw refused
                        ? new DatabaseException(Failure.REFUSED, "The simulated commit is refused")
                        : new DatabaseException(Failure.RETRY, "The simulated commit fails because of another one");
            }
            case LOSES_ITS_ANSWER -> {
                apply(session);
                throw lost(session);
            }
            case COMES_LATE -> {
                scheduler.after(Duration.ofMillis(300), () -> apply(session));
                throw lost(session);
            }
            case COMES_AFTER_THE_LEASE -> {
                scheduler.after(DETECTION, () -> end(session));
                throw lost(session);
            }
            case THROWS_AN_ERROR -> {
                scheduler.after(DETECTION, () -> end(session));
                throw new SimulatedError("An error, as simulated");
            }
            case THROWS_AN_ERROR_AFTERWARDS -> {
                apply(session);
                throw new SimulatedError("An error, as simulated");
            }
            case IS_SLOW -> {
                pause(RunRules.STORE_TIME_LIMIT);
                apply(session);
            }
        }
    }

    /** The connection is gone, and nobody knows what became of the commit. */
    private static DatabaseException lost(Session session) {
        session.lost = true;
        return new DatabaseException(Failure.UNKNOWN, "The simulated connection breaks in the commit");
    }

    /** What the transaction did takes effect, all of it at once. */
    private void apply(Session session) {
        if (!session.ended) {
            session.records.forEach((id, record) -> {
                OperationRecord before = records.put(id, record);
                world.oracle().commits(id, session.replaced.contains(before) ? null : before, record);
            });
            session.effects.forEach(world.oracle()::happens);
            end(session);
        }
    }

    /** Rolls back what has not been committed, and lets go of the locks. */
    private void end(Session session) {
        session.ended = true;
        locks.values().removeIf(owner -> owner == session);
        sessions.remove(session);
    }

    /** Rolls back, unless the connection is gone: then the server does it when it notices. */
    void close(Session session) {
        if (!session.lost) {
            end(session);
        }
    }

    /** The server notices after a while that the client of its sessions is gone. */
    void died(SimulatedProcess process) {
        for (Session session : List.copyOf(sessions)) {
            if (session.process.equals(process) && !session.lost) {
                world.scheduler().after(DETECTION, () -> end(session));
            }
        }
    }

    /** The processes whose transactions are open. */
    List<SimulatedProcess> clients() {
        return sessions.stream().map(session -> session.process).toList();
    }

    Optional<OperationRecord> find(OperationId id) {
        return committed(id, world.clock().instant());
    }

    private <R> R statement(@Nullable Session session, Supplier<String> what, Supplier<R> work) {
        world.scheduler().pass();
        if (session != null) {
            requireUsable(session);
        }
        Optional<CallFault> fault = world.faults().next(what);
        if (fault.isEmpty()) {
            return work.get();
        }
        return switch (fault.get()) {
            case FAILS, COMES_LATE ->
                throw new DatabaseException(Failure.RETRY, "The simulated statement has a deadlock");
            case LOSES_ITS_ANSWER, COMES_AFTER_THE_LEASE ->
                throw new DatabaseException(Failure.OTHER, "The simulated statement fails");
            case THROWS_AN_ERROR, THROWS_AN_ERROR_AFTERWARDS -> throw new SimulatedError("An error, as simulated");
            case IS_SLOW -> {
                pause(RunRules.STORE_TIME_LIMIT);
                if (session != null) {
                    requireUsable(session);
                }
                yield work.get();
            }
        };
    }

    private static void requireUsable(Session session) {
        if (session.ended || session.lost) {
            throw new DatabaseException(Failure.UNKNOWN, "The simulated connection is gone");
        }
    }

    private void pause(Duration time) {
        try {
            world.scheduler().sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseException(Failure.UNKNOWN, "Interrupted while waiting for the simulated database");
        }
    }

    @Override
    public Failure diagnose(Throwable failure) {
        return failure instanceof DatabaseException known ? known.meaning : Failure.OTHER;
    }

    @Override
    public int purgeExpired(int limit) {
        Instant now = world.clock().instant();
        List<OperationRecord> expired = records.values().stream()
                .filter(record -> record.expiredAt(now))
                .toList();
        expired.forEach(record -> {
            records.remove(record.id());
            world.oracle().history(record.id()).expires();
        });
        return expired.size();
    }
}
