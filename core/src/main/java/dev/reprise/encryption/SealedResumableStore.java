package dev.reprise.encryption;

import dev.reprise.Body;
import dev.reprise.OperationId;
import dev.reprise.OperationType;
import dev.reprise.Owner;
import dev.reprise.spi.Interventions;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.TransactionalStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A store of operations with steps that is given sealed inputs, results and answers alone. Thread-safe.
 *
 * @param <T> the handle of an open transaction
 */
final class SealedResumableStore<T> implements ResumableStore<T> {
    private final ResumableStore<T> store;
    private final Sealer sealer;
    private final TransactionalStore<T> records;
    private final Interventions interventions;

    SealedResumableStore(ResumableStore<T> store, Sealer sealer) {
        this.store = store;
        this.sealer = sealer;
        this.records = new SealedTransactionalStore<>(store.records(), sealer);
        this.interventions = new SealedInterventions(store.interventions(), sealer);
    }

    @Override
    public TransactionalStore<T> records() {
        return records;
    }

    @Override
    public Lease start(T transaction, Opening opening, List<Step> steps) {
        return store.start(transaction, seal(opening), SealedSteps.seal(opening.id(), steps, sealer));
    }

    @Override
    public Lease startLast(T transaction, Opening opening, List<Step> steps) {
        return store.startLast(transaction, seal(opening), SealedSteps.seal(opening.id(), steps, sealer));
    }

    private Opening seal(Opening opening) {
        return new Opening(
                opening.id(),
                opening.fingerprint(),
                opening.type(),
                sealer.seal(opening.input(), Purpose.input(opening.id())),
                opening.owner(),
                opening.lease());
    }

    @Override
    public LeaseStatus write(T transaction, Lease lease, Progress progress) {
        return store.write(transaction, lease, seal(lease.id(), progress));
    }

    @Override
    public LeaseStatus writeLast(T transaction, Lease lease, Progress progress) {
        return store.writeLast(transaction, lease, seal(lease.id(), progress));
    }

    private Progress seal(OperationId id, Progress progress) {
        Next next = progress.next() instanceof Next.Complete complete
                ? new Next.Complete(sealer.seal(id, complete.response()), complete.retention())
                : progress.next();
        return new Progress(SealedSteps.seal(id, progress.steps(), sealer), next);
    }

    @Override
    public Optional<Lease> takeOver(T transaction, OperationId id, OperationType type, Owner owner, Duration lease) {
        return store.takeOver(transaction, id, type, owner, lease);
    }

    @Override
    public List<Lease> takeOver(OperationType type, Supplier<Owner> owners, Duration lease, int limit) {
        return store.takeOver(type, owners, lease, limit);
    }

    @Override
    public Optional<Progressing> find(OperationId id) {
        return store.find(id).map(this::open);
    }

    private Progressing open(Progressing found) {
        OperationId id = found.record().id();
        List<Recorded> steps = found.steps().stream()
                .map(one -> new Recorded(SealedSteps.open(id, one.step(), sealer), one.at()))
                .toList();
        return new Progressing(
                SealedRecords.open(found.record(), sealer),
                found.type(),
                sealer.open(found.input(), Purpose.input(id)),
                steps,
                found.idleAttempts(),
                found.notBefore(),
                found.lastError(),
                found.failing());
    }

    /** The same answer is never sealed in the same way twice, so the store takes it for another one, and this looks. */
    @Override
    public Answered answer(OperationId id, String step, Body result) {
        Answered answered = store.answer(id, step, sealer.seal(result, Purpose.step(id, step)));
        return answered == Answered.REFUSED && isAnswer(id, step, result) ? Answered.ACCEPTED : answered;
    }

    private boolean isAnswer(OperationId id, String step, Body result) {
        return find(id).stream()
                .flatMap(found -> found.steps().stream())
                .map(Recorded::step)
                .anyMatch(one ->
                        one.kind() == Kind.AWAIT && one.name().equals(step) && Objects.equals(one.result(), result));
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
        return interventions;
    }
}
