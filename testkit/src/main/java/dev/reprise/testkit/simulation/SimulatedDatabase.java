package dev.reprise.testkit.simulation;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
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

/** A database with records and effects, whose transactions take effect as a whole or not at all, or go wrong. */
final class SimulatedDatabase implements TransactionalStore<Session> {
    /** An open transaction. */
    final class Session extends Sessions.Session {
        private final List<LedgerEntry> effects = new ArrayList<>();
        private final Map<OperationId, OperationRecord> written = new LinkedHashMap<>();
        /** Expired records that the transaction replaces. */
        private final Set<OperationRecord> replaced = new HashSet<>();

        private Session(long number, SimulatedProcess process) {
            super(number, process);
        }

        /** What handlers run under, in place of a fencing token. */
        FencingToken token() {
            return new FencingToken(number());
        }

        @Override
        void apply() {
            written.forEach((id, record) -> {
                OperationRecord before = records.put(id, record);
                world.oracle().commits(id, replaced.contains(before) ? null : before, record);
            });
            effects.forEach(world.oracle()::happens);
        }

        @Override
        void release() {
            locks.values().removeIf(this::equals);
        }
    }

    private final World world;
    private final Sessions<Session> sessions;
    private final Map<OperationId, OperationRecord> records = new LinkedHashMap<>();
    private final Map<OperationId, Session> locks = new HashMap<>();

    SimulatedDatabase(World world) {
        this.world = world;
        this.sessions = new Sessions<>(world);
    }

    Session connect(SimulatedProcess process) {
        return sessions.connect(process, number -> new Session(number, process));
    }

    @Override
    public Claimed claim(Session session, OperationId id) {
        return sessions.statement(session, () -> session.process() + ": claim " + OperationNames.of(id), () -> {
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
        return sessions.statement(null, () -> "look at " + OperationNames.of(id), () -> {
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
        sessions.statement(
                session,
                () -> session.process() + ": work for " + OperationNames.of(effect.id()),
                () -> session.effects.add(effect));
    }

    @Override
    public void record(
            Session session, OperationId id, RequestFingerprint fingerprint, Response response, Duration retention) {
        sessions.statement(session, () -> session.process() + ": record " + OperationNames.of(id), () -> {
            Instant now = world.clock().instant();
            Completed completed = new Completed(response, now, now.plus(retention));
            session.written.put(id, new OperationRecord(id, fingerprint, FencingToken.NONE, 1, now, completed));
            return true;
        });
    }

    void commit(Session session) {
        sessions.commit(session);
    }

    void close(Session session) {
        sessions.close(session);
    }

    void died(SimulatedProcess process) {
        sessions.died(process);
    }

    /** The processes whose transactions are open. */
    List<SimulatedProcess> clients() {
        return sessions.clients();
    }

    @Override
    public Failure diagnose(Throwable failure) {
        return DatabaseException.meaning(failure);
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
