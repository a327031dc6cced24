package dev.reprise.store.jdbc;

import dev.reprise.Body;
import dev.reprise.OperationId;
import dev.reprise.OperationType;
import dev.reprise.Owner;
import dev.reprise.spi.Interventions;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.TransactionalStore;
import dev.reprise.spi.Transactions.Transaction;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** A store with a fault that only crashes bring to light, to see whether {@link ResumableCrashTest} finds it. */
final class BrokenStore implements ResumableStore<Connection> {
    /** What is wrong with it. */
    enum Fault {
        /** The result of a step commits in a transaction of its own, a moment before the step's work does. */
        RESULT_COMMITS_FIRST,
        /** What a local step has brought is acknowledged, and not written. */
        RESULT_IS_NOT_WRITTEN
    }

    private final ResumableStore<Connection> store;
    private final DataSource source;
    private final Fault fault;

    BrokenStore(ResumableStore<Connection> store, DataSource source, Fault fault) {
        this.store = store;
        this.source = source;
        this.fault = fault;
    }

    private <R> R write(Connection transaction, Function<Connection, R> work) {
        return switch (fault) {
            case RESULT_IS_NOT_WRITTEN -> work.apply(transaction);
            case RESULT_COMMITS_FIRST -> {
                try (Transaction<Connection> other = JdbcTransactions.of(source).begin()) {
                    R result = work.apply(other.handle());
                    other.commit();
                    yield result;
                }
            }
        };
    }

    private List<Step> written(List<Step> steps) {
        return switch (fault) {
            case RESULT_COMMITS_FIRST -> steps;
            case RESULT_IS_NOT_WRITTEN ->
                steps.stream().filter(step -> step.kind() != Kind.LOCAL).toList();
        };
    }

    @Override
    public Lease start(Connection transaction, Opening opening, List<Step> steps) {
        return write(transaction, connection -> store.start(connection, opening, written(steps)));
    }

    @Override
    public LeaseStatus write(Connection transaction, Lease lease, Progress progress) {
        Progress written = new Progress(written(progress.steps()), progress.next());
        return write(transaction, connection -> store.write(connection, lease, written));
    }

    @Override
    public TransactionalStore<Connection> records() {
        return store.records();
    }

    @Override
    public Optional<Lease> takeOver(
            Connection transaction, OperationId id, OperationType type, Owner owner, Duration lease) {
        return store.takeOver(transaction, id, type, owner, lease);
    }

    @Override
    public List<Lease> takeOver(OperationType type, Supplier<Owner> owners, Duration lease, int limit) {
        return store.takeOver(type, owners, lease, limit);
    }

    @Override
    public Optional<Progressing> find(OperationId id) {
        return store.find(id);
    }

    @Override
    public Answered answer(OperationId id, String step, Body result) {
        return store.answer(id, step, result);
    }

    @Override
    public boolean resume(OperationId id) {
        return store.resume(id);
    }

    @Override
    public void pause(String type, boolean paused) {
        store.pause(type, paused);
    }

    @Override
    public Set<String> paused() {
        return store.paused();
    }

    @Override
    public List<Backlog> backlog() {
        return store.backlog();
    }

    @Override
    public Interventions interventions() {
        return store.interventions();
    }
}
