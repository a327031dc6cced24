package dev.reprise.spring.boot;

import dev.reprise.FencingToken;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.Reconciler;
import dev.reprise.Response;
import dev.reprise.spi.Interventions.Action;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.Interventions.Intervention;
import dev.reprise.spi.Interventions.Standing;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.support.FencedEnd;
import dev.reprise.spring.boot.SeenOperation.SeenStep;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/**
 * What an operator sees of the records of an application, and does to them. The store is opened when it is asked. Thread-safe; blocks.
 *
 * <p>An operation is ended only in the state in which it was seen: whoever owned it until then is fenced off (S27).
 */
final class OperatorRecords {
    /** How many records of a state are looked at, at most: counting all would cost what there is. */
    static final int MOST = 1_000;

    private static final System.Logger LOG = System.getLogger(OperatorRecords.class.getName());
    private static final int BATCH = 100;
    /** How many operations of one key are shown, each of which is read with its body. */
    private static final int OF_KEY = 10;

    private final ObjectProvider<OperationStore> stores;
    private final ObjectProvider<ResumableStore<?>> resumable;
    private final RecordEncryption encryption;
    private final Reconciler.OnDemand reconcilers;
    private final Duration retention;

    /**
     * @param reconcilers ask what happened when an operator wants to know
     * @param retention for how long retries get what an operator resolves with
     */
    OperatorRecords(
            ObjectProvider<OperationStore> stores,
            ObjectProvider<ResumableStore<?>> resumable,
            RecordEncryption encryption,
            Reconciler.OnDemand reconcilers,
            Duration retention) {
        this.stores = stores;
        this.resumable = resumable;
        this.encryption = encryption;
        this.reconcilers = reconcilers;
        this.retention = retention;
    }

    /** Who ends an operation, and why; needed for those that are carried through in steps (P12). */
    record Operator(@Nullable String by, @Nullable String reason) {
        private Intervention wants(Action action) {
            return new Intervention(action, by == null ? "" : by, reason == null ? "" : reason);
        }
    }

    /** Operations that are not finished, in the order of the store. */
    List<SeenOperation> unfinished(OperationState.Kind kind) {
        List<SeenOperation> found = new ArrayList<>();
        OperationQuery query = OperationQuery.of(Set.of(kind), BATCH);
        OperationQuery.Page<OperationRecord> page;
        do {
            page = store().list(query);
            found.addAll(seen(page.items()));
            query = query.from(page.next());
        } while (page.next() != null && found.size() < MOST);
        return found;
    }

    /** The operations of a key, in whatever scope. */
    List<SeenOperation> ofKey(IdempotencyKey key) {
        OperationQuery query = new OperationQuery(EnumSet.allOf(OperationState.Kind.class), key, null, OF_KEY);
        return seen(store().list(query).items());
    }

    private List<SeenOperation> seen(List<OperationRecord> records) {
        Instant now = Instant.now();
        ResumableStore<?> steps = steps();
        Map<OperationId, Standing> standing = steps == null
                ? Map.of()
                : steps.interventions()
                        .standing(records.stream().map(OperationRecord::id).toList());
        return records.stream()
                .map(record -> SeenOperation.of(record, standing.get(record.id()), null, now))
                .toList();
    }

    /** One operation, with its steps if it is carried through in some. */
    Optional<SeenOperation> find(OperationId id) {
        Instant now = Instant.now();
        return store().find(id).map(record -> {
            Standing standing = standing(id);
            return SeenOperation.of(record, standing, standing == null ? null : steps(id), now);
        });
    }

    private @Nullable Standing standing(OperationId id) {
        ResumableStore<?> steps = steps();
        return steps == null
                ? null
                : steps.interventions().standing(List.of(id)).get(id);
    }

    private List<SeenStep> steps(OperationId id) {
        return encryption
                .over(resumable.getObject())
                .find(id)
                .map(found -> found.steps().stream().map(SeenStep::of).toList())
                .orElse(List.of());
    }

    /**
     * Makes the key of an unknown or abandoned operation new.
     *
     * @param repeat also if what was done in steps is done again
     * @throws IllegalArgumentException if it is carried through in steps, and the operator does not say who and why
     */
    Intervened release(OperationId id, FencingToken seen, boolean repeat, Operator operator) {
        return traced(
                "released",
                id,
                standing(id) == null
                        ? FencedEnd.release(store(), id, seen)
                        : intervene(operator.wants(new Action.Release(id, seen, repeat))));
    }

    /**
     * Records the response that retries of an unknown or abandoned operation get from now on.
     *
     * @throws IllegalArgumentException if it is carried through in steps, and the operator does not say who and why
     */
    Intervened resolve(OperationId id, FencingToken seen, Response response, Operator operator) {
        return traced(
                "resolved with " + response.status(),
                id,
                standing(id) == null
                        ? FencedEnd.resolve(store(), id, seen, response, retention)
                        : intervene(operator.wants(new Action.Resolve(id, seen, response, retention))));
    }

    /** Has it asked now what happened to an unknown operation, and writes down what is found (S33). */
    Reconciler.Attempt reconcile(OperationId id, FencingToken seen) {
        Reconciler.Attempt came = reconcilers.reconcile(id, seen);
        LOG.log(
                Level.INFO,
                "An operator has asked what happened to {0}: {1}",
                id,
                came.getClass().getSimpleName());
        return came;
    }

    private Intervened intervene(Intervention intervention) {
        return encryption.over(resumable.getObject()).interventions().intervene(intervention);
    }

    /** What an operator does is to be found in the log later. */
    private static Intervened traced(String done, OperationId id, Intervened came) {
        if (came instanceof Intervened.Done) {
            LOG.log(Level.INFO, "An operator has {0}: {1}", done, id);
        } else {
            String why = came.getClass().getSimpleName();
            LOG.log(Level.INFO, "An operator would have {0}: {1}, and could not: {2}", done, id, why);
        }
        return came;
    }

    private OperationStore store() {
        OperationStore store = stores.getIfUnique();
        if (store == null) {
            throw new StoreException("There is no store of operations, or more than one", null);
        }
        return encryption.over(store);
    }

    private @Nullable ResumableStore<?> steps() {
        ResumableStore<?> store = resumable.getIfUnique();
        return store == null ? null : encryption.over(store);
    }
}
