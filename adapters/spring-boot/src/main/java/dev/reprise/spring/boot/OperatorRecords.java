package dev.reprise.spring.boot;

import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.Interventions.Intervention;
import dev.reprise.spi.Interventions.Standing;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.StoreException;
import dev.reprise.spring.boot.SeenOperation.SeenStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/** What an operator sees of the records of an application. The store is opened when it is asked. Thread-safe; blocks. */
final class OperatorRecords {
    /** How many records of a state are looked at, at most: counting all would cost what there is. */
    static final int MOST = 1_000;

    private static final int BATCH = 100;
    /** How many operations of one key are shown, each of which is read with its body. */
    private static final int OF_KEY = 10;

    private final ObjectProvider<OperationStore> stores;
    private final ObjectProvider<ResumableStore<?>> resumable;
    private final RecordEncryption encryption;

    OperatorRecords(
            ObjectProvider<OperationStore> stores,
            ObjectProvider<ResumableStore<?>> resumable,
            RecordEncryption encryption) {
        this.stores = stores;
        this.resumable = resumable;
        this.encryption = encryption;
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

    /** Whether it is carried through in steps. */
    boolean hasSteps(OperationId id) {
        return standing(id) != null;
    }

    /** Changes an operation that is. */
    Intervened intervene(Intervention intervention) {
        return encryption.over(resumable.getObject()).interventions().intervene(intervention);
    }

    /** As the engines see it. */
    OperationStore store() {
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
