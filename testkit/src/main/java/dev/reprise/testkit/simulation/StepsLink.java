package dev.reprise.testkit.simulation;

import dev.reprise.Body;
import dev.reprise.OperationId;
import dev.reprise.OperationType;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.spi.Interventions;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.TransactionalStore;
import dev.reprise.spi.Transactions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The database as one process reaches it: statements and commits take their turns, and go wrong as planned. */
final class StepsLink implements ResumableStore<StepsSession>, Transactions<StepsSession> {
    private final StepsDatabase database;
    private final StepsOracle oracle;
    private final SimulatedProcess process;
    private final FaultyCalls calls;
    private final Supplier<@Nullable RequestRun> asking;

    /** @param asking on whose behalf the current thread works, if that is a request */
    StepsLink(StepsDatabase database, SimulatedProcess process, Supplier<@Nullable RequestRun> asking) {
        this.database = database;
        this.oracle = database.oracle();
        this.process = process;
        this.calls = new FaultyCalls(database.world());
        this.asking = asking;
    }

    @Override
    public Transaction<StepsSession> begin() {
        StepsSession session = database.connect(process, asking.get());
        return new Transaction<>() {
            @Override
            public StepsSession handle() {
                return session;
            }

            @Override
            public boolean worksAtCommit() {
                return !session.commitsByItself();
            }

            @Override
            public void commit() {
                commitOnce(session);
            }

            @Override
            public void close() {
                database.sessions().close(session);
            }
        };
    }

    private void commitOnce(StepsSession session) {
        if (session.beginsCommit()) {
            database.commit(session);
        }
    }

    private <R> R statement(StepsSession session, String what, Supplier<R> work) {
        return database.statement(session, true, what, work);
    }

    /** A change that is no part of a transaction of the engine. */
    private <R> R alone(String what, StepsOracle.Change change, Supplier<R> work) {
        return calls.make(
                () -> process + ": " + what, () -> database.alone(() -> oracle.changes(change, process, work)));
    }

    private <R> R read(String what, Supplier<R> work) {
        return calls.make(() -> process + ": " + what, work);
    }

    @Override
    public Lease start(StepsSession session, Opening opening, List<Step> steps) {
        return statement(session, "start " + OperationNames.of(opening.id()), () -> {
            session.does(StepsOracle.Change.INSERT);
            Lease lease = database.memory().start(session.transaction(), opening, steps);
            oracle.holds(lease, process);
            return lease;
        });
    }

    @Override
    public LeaseStatus write(StepsSession session, Lease lease, Progress progress) {
        return statement(
                session,
                "write " + OperationNames.of(lease.id()) + " "
                        + progress.next().getClass().getSimpleName(),
                () -> {
                    session.writesUnder(lease.token());
                    return database.memory().write(session.transaction(), lease, progress);
                });
    }

    @Override
    public Lease startLast(StepsSession session, Opening opening, List<Step> steps) {
        Lease lease = start(session, opening, steps);
        commitOnce(session);
        return lease;
    }

    @Override
    public LeaseStatus writeLast(StepsSession session, Lease lease, Progress progress) {
        LeaseStatus status = write(session, lease, progress);
        if (status == LeaseStatus.HELD) {
            commitOnce(session);
        }
        return status;
    }

    @Override
    public Optional<Lease> takeOver(
            StepsSession session, OperationId id, OperationType type, Owner owner, Duration lease) {
        return statement(session, "take over " + OperationNames.of(id), () -> {
            Optional<Lease> taken = database.memory().takeOver(session.transaction(), id, type, owner, lease);
            taken.ifPresent(got -> {
                oracle.takesOver(id, type);
                oracle.holds(got, process);
                session.does(StepsOracle.Change.TAKE_OVER);
            });
            return taken;
        });
    }

    @Override
    public List<Lease> takeOver(OperationType type, Supplier<Owner> owners, Duration lease, int limit) {
        return alone("look for operations of " + type, StepsOracle.Change.TAKE_OVER, () -> {
            List<Lease> taken = database.memory().takeOver(type, owners, lease, limit);
            taken.forEach(one -> {
                oracle.takesOver(one.id(), type);
                oracle.holds(one, process);
            });
            return taken;
        });
    }

    @Override
    public Optional<Progressing> find(OperationId id) {
        return read("find " + OperationNames.of(id), () -> database.memory().find(id));
    }

    @Override
    public Answered answer(OperationId id, String step, Body result) {
        return alone(
                "answer " + OperationNames.of(id),
                StepsOracle.Change.OPERATOR,
                () -> database.memory().answer(id, step, result));
    }

    @Override
    public boolean resume(OperationId id) {
        return alone(
                "resume " + OperationNames.of(id),
                StepsOracle.Change.OPERATOR,
                () -> database.memory().resume(id));
    }

    @Override
    public void pause(String type, boolean paused) {
        boolean ignored = alone((paused ? "pause " : "go on with ") + type, StepsOracle.Change.OPERATOR, () -> {
            database.memory().pause(type, paused);
            oracle.pauses(paused);
            return paused;
        });
    }

    @Override
    public Set<String> paused() {
        return read("see what is paused", database.memory()::paused);
    }

    @Override
    public List<Backlog> backlog() {
        return read("count what is due", database.memory()::backlog);
    }

    /** Not simulated: operators resume, answer and pause here. */
    @Override
    public Interventions interventions() {
        return database.memory().interventions();
    }

    @Override
    public TransactionalStore<StepsSession> records() {
        return new Records();
    }

    private final class Records implements TransactionalStore<StepsSession> {
        @Override
        public Claimed claim(StepsSession session, OperationId id) {
            return database.statement(
                    session,
                    false,
                    "claim " + OperationNames.of(id),
                    () -> database.memory().records().claim(session.transaction(), id));
        }

        @Override
        public Claimed look(OperationId id) {
            return database.sessions()
                    .statement(
                            null,
                            () -> "look at " + OperationNames.of(id),
                            () -> database.memory().records().look(id));
        }

        @Override
        public void record(
                StepsSession session,
                OperationId id,
                RequestFingerprint fingerprint,
                Response response,
                Duration retention) {
            throw new IllegalStateException("Operations are carried through in steps here");
        }

        @Override
        public Failure diagnose(Throwable failure) {
            return DatabaseException.meaning(failure);
        }

        @Override
        public int purgeExpired(int limit) {
            return alone(
                    "purge",
                    StepsOracle.Change.PURGE,
                    () -> database.memory().records().purgeExpired(limit));
        }
    }
}
