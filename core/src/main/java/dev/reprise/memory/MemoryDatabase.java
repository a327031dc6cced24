package dev.reprise.memory;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationType;
import dev.reprise.Owner;
import dev.reprise.spi.Interventions;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore;
import dev.reprise.spi.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A database in this process's memory, for tests of operations that work in transactions: nothing survives a restart. One
 * transaction writes at a time.
 *
 * <p>Thread-safe.
 */
public final class MemoryDatabase implements Transactions<MemoryTransaction>, ResumableStore<MemoryTransaction> {
    private final Map<OperationId, MemoryRow> rows = new ConcurrentHashMap<>();
    private final Map<OperationId, MemoryTransaction> claims = new ConcurrentHashMap<>();
    private final Set<String> paused = ConcurrentHashMap.newKeySet();
    private final Semaphore writer = new Semaphore(1);
    private final AtomicLong lastToken = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();
    private final MemoryRecords records = new MemoryRecords(this);
    private final MemoryInterventions interventions = new MemoryInterventions(this);
    private final InstantSource clock;

    /** An empty database on the system's clock. */
    public MemoryDatabase() {
        this(InstantSource.system());
    }

    /** An empty database whose time is that of the given clock. */
    public MemoryDatabase(InstantSource clock) {
        this.clock = clock;
    }

    /** How many transactions have committed. */
    public long commits() {
        return commits.get();
    }

    @Override
    public Transaction<MemoryTransaction> begin() {
        return new MemoryTransaction(this);
    }

    @Override
    public TransactionalStore<MemoryTransaction> records() {
        return records;
    }

    @Override
    public Interventions interventions() {
        return interventions;
    }

    FencingToken nextToken() {
        return new FencingToken(lastToken.incrementAndGet());
    }

    Instant now() {
        return clock.instant();
    }

    /** The row as everybody sees it, unless it has expired; null if there is none. */
    @Nullable
    MemoryRow row(OperationId id) {
        MemoryRow row = rows.get(id);
        return row == null || row.record().expiredAt(now()) ? null : row;
    }

    /** Whether the transaction holds the operation now. */
    boolean claim(MemoryTransaction transaction, OperationId id) {
        MemoryTransaction holder = claims.putIfAbsent(id, transaction);
        return holder == null || holder == transaction;
    }

    void startWriting() {
        writer.acquireUninterruptibly();
    }

    void apply(Map<OperationId, Optional<MemoryRow>> changes, List<Runnable> effects) {
        changes.forEach((id, row) -> row.ifPresentOrElse(changed -> rows.put(id, changed), () -> rows.remove(id)));
        effects.forEach(Runnable::run);
        commits.incrementAndGet();
    }

    void ended(MemoryTransaction transaction, boolean wrote) {
        claims.values().removeIf(holder -> holder == transaction);
        if (wrote) {
            writer.release();
        }
    }

    int purge(int limit) {
        Instant now = now();
        List<OperationId> expired = rows.values().stream()
                .map(MemoryRow::record)
                .filter(record -> record.expiredAt(now))
                .map(OperationRecord::id)
                .limit(limit)
                .toList();
        expired.forEach(rows::remove);
        return expired.size();
    }

    @Override
    public Lease start(MemoryTransaction transaction, Opening opening, List<Step> steps) {
        transaction.write();
        if (transaction.row(opening.id()) != null) {
            throw new StoreException(opening.id() + " is there already", null);
        }
        Instant now = now();
        FencingToken token = nextToken();
        Running running = new Running(opening.owner(), now.plus(opening.lease()));
        OperationRecord record = new OperationRecord(opening.id(), opening.fingerprint(), token, 1, now, running);
        transaction.put(opening.id(), MemoryRow.opened(opening, record, steps, now));
        return new Lease(opening.id(), token, 1, opening.lease());
    }

    @Override
    public LeaseStatus write(MemoryTransaction transaction, Lease lease, Progress progress) {
        transaction.write();
        MemoryRow row = transaction.row(lease.id());
        MemoryRow written = row == null ? null : row.written(lease, progress, now());
        if (written == null) {
            return LeaseStatus.LOST;
        }
        transaction.put(lease.id(), written);
        return LeaseStatus.HELD;
    }

    @Override
    public Optional<Lease> takeOver(
            MemoryTransaction transaction, OperationId id, OperationType type, Owner owner, Duration lease) {
        transaction.write();
        Instant now = now();
        MemoryRow row = transaction.row(id);
        if (row == null || !row.isDue(type, now) || paused.contains(type.name())) {
            return Optional.empty();
        }
        FencingToken token = nextToken();
        OperationRecord former = row.record();
        OperationRecord owned = new OperationRecord(
                id,
                former.fingerprint(),
                token,
                former.attempt() + 1,
                former.createdAt(),
                new Running(owner, now.plus(lease)));
        transaction.put(id, row.takenOver(owned));
        return Optional.of(new Lease(id, token, owned.attempt(), lease));
    }

    @Override
    public List<Lease> takeOver(OperationType type, Supplier<Owner> owners, Duration lease, int limit) {
        Instant now = now();
        List<Lease> leases = new ArrayList<>();
        try (MemoryTransaction transaction = new MemoryTransaction(this)) {
            transaction.write();
            rows.values().stream()
                    .filter(row -> row.isDue(type, now))
                    .sorted(Comparator.comparing(row -> row.record().createdAt()))
                    .limit(limit)
                    .map(row -> row.record().id())
                    .toList()
                    .forEach(id ->
                            takeOver(transaction, id, type, owners.get(), lease).ifPresent(leases::add));
            if (!leases.isEmpty()) {
                transaction.commit();
            }
        }
        return leases;
    }

    @Override
    public Optional<Progressing> find(OperationId id) {
        return Optional.ofNullable(row(id)).map(MemoryRow::progress);
    }

    @Override
    public Answered answer(OperationId id, String step, Body result) {
        try (MemoryTransaction transaction = new MemoryTransaction(this)) {
            transaction.write();
            MemoryRow row = transaction.row(id);
            Progressing progress = row == null ? null : row.progress();
            if (row == null || progress == null || !(row.record().state() instanceof Running)) {
                return Answered.NOT_RUNNING;
            }
            Optional<Step> there = progress.steps().stream()
                    .map(Recorded::step)
                    .filter(one -> one.name().equals(step))
                    .findFirst();
            if (there.isPresent()
                    && (there.get().kind() != Kind.AWAIT || there.get().result() != null)) {
                return there.get().equals(new Step(step, Kind.AWAIT, result)) ? Answered.ACCEPTED : Answered.REFUSED;
            }
            transaction.put(id, row.answered(new Step(step, Kind.AWAIT, result), now()));
            transaction.commit();
            return Answered.ACCEPTED;
        }
    }

    @Override
    public boolean resume(OperationId id) {
        try (MemoryTransaction transaction = new MemoryTransaction(this)) {
            transaction.write();
            MemoryRow row = transaction.row(id);
            if (row == null || row.progress() == null) {
                return false;
            }
            MemoryRow resumed = row.resumed(now());
            transaction.put(id, resumed);
            transaction.commit();
            return resumed.record().state() instanceof Running;
        }
    }

    @Override
    public void pause(String type, boolean pause) {
        if (pause) {
            paused.add(type);
        } else {
            paused.remove(type);
        }
    }

    @Override
    public Set<String> paused() {
        return Set.copyOf(paused);
    }

    /** What is carried through in steps, finished or not. */
    Stream<Progressing> progressing() {
        return rows.values().stream().flatMap(row -> Optional.ofNullable(row.progress()).stream());
    }

    @Override
    public List<Backlog> backlog() {
        Instant now = now();
        Map<OperationType, List<MemoryRow>> byType = rows.values().stream()
                .flatMap(row ->
                        Optional.ofNullable(row.progress()).stream().map(progress -> Map.entry(progress.type(), row)))
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
        return byType.entrySet().stream()
                .flatMap(one -> backlog(one.getKey(), one.getValue(), now).stream())
                .toList();
    }

    private Optional<Backlog> backlog(OperationType type, List<MemoryRow> ofType, Instant now) {
        List<Instant> due = ofType.stream()
                .filter(row -> row.isDue(type, now))
                .map(MemoryRow::dueSince)
                .sorted()
                .toList();
        long atWork = ofType.stream().filter(row -> row.isAtWork(now)).count();
        return due.isEmpty()
                ? Optional.empty()
                : Optional.of(new Backlog(
                        type, due.size(), paused.contains(type.name()), Duration.between(due.getFirst(), now), atWork));
    }
}
