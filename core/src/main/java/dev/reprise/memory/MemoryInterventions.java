package dev.reprise.memory;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.spi.Interventions;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.ResumableStore.Progressing;
import dev.reprise.spi.support.InterventionRules;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What operators do to a {@link MemoryDatabase}. Thread-safe. */
final class MemoryInterventions implements Interventions {
    private final MemoryDatabase database;
    /** The latest first. */
    private final List<AuditEntry> audit = new CopyOnWriteArrayList<>();

    MemoryInterventions(MemoryDatabase database) {
        this.database = database;
    }

    @Override
    public Intervened intervene(Intervention intervention) {
        try (MemoryTransaction transaction = new MemoryTransaction(database)) {
            transaction.write();
            FencingToken token = database.nextToken();
            return switch (intervention.action()) {
                case Action.Pause(String type) -> {
                    note(transaction, intervention, token, null, paused(type));
                    transaction.onCommit(() -> database.pause(type, true));
                    yield done(transaction);
                }
                case Action.Unpause(String type) -> {
                    note(transaction, intervention, token, null, paused(type));
                    transaction.onCommit(() -> database.pause(type, false));
                    yield done(transaction);
                }
                case Action.OnOperation action -> on(transaction, intervention, action, token);
            };
        }
    }

    private String paused(String type) {
        return database.paused().contains(type) ? "paused" : "not paused";
    }

    private Intervened on(
            MemoryTransaction transaction, Intervention intervention, Action.OnOperation action, FencingToken token) {
        Instant now = database.now();
        MemoryRow row = transaction.row(action.id());
        Progressing there = row == null ? null : row.progress();
        Intervened allowed = InterventionRules.check(there, now, action);
        if (row == null || there == null || !(allowed instanceof Intervened.Done)) {
            return allowed;
        }
        transaction.put(
                action.id(),
                switch (action) {
                    case Action.Resume ignored -> row.resumed(now);
                    case Action.Retry retry -> row.retried(retry.from(), token, now);
                    case Action.Release ignored -> null;
                    case Action.Resolve resolve ->
                        row.resolved(token, new Completed(resolve.response(), now, now.plus(resolve.retention())));
                });
        note(transaction, intervention, token, action.id(), InterventionRules.describe(there));
        return done(transaction);
    }

    private static Intervened done(MemoryTransaction transaction) {
        transaction.commit();
        return new Intervened.Done();
    }

    private void note(
            MemoryTransaction transaction,
            Intervention intervention,
            FencingToken token,
            @Nullable OperationId id,
            String before) {
        AuditEntry entry = new AuditEntry(
                token.value(),
                database.now(),
                intervention.by(),
                intervention.reason(),
                InterventionRules.describe(intervention.action()),
                id,
                before);
        transaction.onCommit(() -> audit.addFirst(entry));
    }

    @Override
    public List<AuditEntry> audit(long before, int limit) {
        return audit.stream()
                .filter(entry -> entry.number() < before)
                .limit(limit)
                .toList();
    }

    @Override
    public Map<OperationId, Standing> standing(Collection<OperationId> ids) {
        Map<OperationId, Standing> standing = new LinkedHashMap<>();
        for (OperationId id : ids) {
            database.find(id).ifPresent(one -> standing.put(id, standing(one)));
        }
        return standing;
    }

    private static Standing standing(Progressing one) {
        return new Standing(one.type(), one.idleAttempts(), one.notBefore(), one.lastError());
    }

    @Override
    public OperationQuery.Page<Listed> list(String type, OperationQuery query) {
        Map<OperationId, Progressing> ofType = database.progressing()
                .filter(one -> one.type().name().equals(type))
                .collect(Collectors.toMap(one -> one.record().id(), Function.identity()));
        OperationQuery.Page<OperationRecord> page =
                MemoryListing.of(ofType.values().stream().map(Progressing::record), query, database.now());
        List<Listed> listed = page.items().stream()
                .map(record -> new Listed(record, standing(Objects.requireNonNull(ofType.get(record.id())))))
                .toList();
        return new OperationQuery.Page<>(listed, page.next());
    }
}
