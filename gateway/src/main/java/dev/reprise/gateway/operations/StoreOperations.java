package dev.reprise.gateway.operations;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.Response;
import dev.reprise.gateway.config.Choice;
import dev.reprise.http.ReplayRules;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.Interventions.Listed;
import dev.reprise.spi.Interventions.Standing;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.support.FencedEnd;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Operations in a store that this process has opened, and that stays its opener's to close. */
public final class StoreOperations implements Operations {
    private static final System.Logger LOG = System.getLogger(StoreOperations.class.getName());
    private static final int BATCH = 100;
    /** How many bytes of bodies one listing holds, beside a first body of any length. */
    private static final long MOST_BODIES = 4L << 20;

    private final OperationStore store;
    private final @Nullable ResumableStore<?> resumable;

    /** Operations of the store. */
    public StoreOperations(OperationStore store) {
        this(store, null);
    }

    /** The same, and those that are carried through in steps in the same tables. */
    public StoreOperations(OperationStore store, @Nullable ResumableStore<?> resumable) {
        this.store = store;
        this.resumable = resumable;
    }

    @Override
    public Optional<ResumableStore<?>> resumable() {
        return Optional.ofNullable(resumable);
    }

    @Override
    public OperationListing list(OperationFilter filter) {
        Instant now = Instant.now();
        Set<OperationState.Kind> kinds = (filter.states().isEmpty()
                        ? EnumSet.allOf(ListedState.class)
                        : filter.states())
                .stream().map(ListedState::kind).collect(Collectors.toSet());
        Function<Response, RecordedResponse> describe = filter.wholeKey() == null
                ? response -> RecordedResponse.ofStatus(response.status())
                : new Bodies()::describe;
        List<OperationView> found = new ArrayList<>();
        String next = filter.after();
        do {
            int most = Math.min(BATCH, filter.limit() - found.size());
            OperationQuery.Page<Found> page =
                    page(filter.type(), new OperationQuery(kinds, filter.wholeKey(), next, most));
            for (Found one : page.items()) {
                Standing there = one.standing();
                Progress progress = there == null ? null : progress(one.record().id(), there, now, filter);
                OperationView view = OperationView.of(whole(one.record(), filter), now, describe, progress);
                if (filter.admits(view, now)) {
                    found.add(view);
                }
            }
            next = page.next();
        } while (next != null && found.size() < filter.limit());
        return new OperationListing(found, next);
    }

    /** The record with its body, for who asks for a key. */
    private OperationRecord whole(OperationRecord listed, OperationFilter filter) {
        return filter.wholeKey() == null ? listed : store.find(listed.id()).orElse(listed);
    }

    /** A record, and where its operation stands if it is carried through in steps. */
    private record Found(OperationRecord record, @Nullable Standing standing) {}

    private OperationQuery.Page<Found> page(@Nullable String type, OperationQuery query) {
        if (type != null) {
            if (resumable == null) {
                return new OperationQuery.Page<>(List.of(), null);
            }
            OperationQuery.Page<Listed> page = resumable.interventions().list(type, query);
            List<Found> found = page.items().stream()
                    .map(listed -> new Found(listed.record(), listed.standing()))
                    .toList();
            return new OperationQuery.Page<>(found, page.next());
        }
        OperationQuery.Page<OperationRecord> page = store.list(query);
        Map<OperationId, Standing> standing = resumable == null
                ? Map.of()
                : resumable
                        .interventions()
                        .standing(page.items().stream().map(OperationRecord::id).toList());
        List<Found> found = page.items().stream()
                .map(record -> new Found(record, standing.get(record.id())))
                .toList();
        return new OperationQuery.Page<>(found, page.next());
    }

    /** Who asks for a key gets the steps as well. */
    private Progress progress(OperationId id, Standing standing, Instant now, OperationFilter filter) {
        Progress progress = Progress.of(standing, now);
        return resumable == null || filter.key() == null
                ? progress
                : resumable.find(id).map(progress::with).orElse(progress);
    }

    /** The responses of one listing by key, of which the bodies are there while there is room for them. */
    private static final class Bodies {
        private long held;

        RecordedResponse describe(Response response) {
            long length = response.body().length();
            if (held > 0 && held + length > MOST_BODIES) {
                return RecordedResponse.ofStatus(response.status());
            }
            held += length;
            return RecordedResponse.of(response);
        }
    }

    @Override
    public Ending release(OperationId id, FencingToken seen) {
        return traced("released", id, ending(FencedEnd.release(store, id, seen)));
    }

    @Override
    public Ending resolve(OperationId id, FencingToken seen, Response response) {
        Response recordable = ReplayRules.recordable(response);
        return traced(
                "resolved with " + response.status(),
                id,
                ending(FencedEnd.resolve(store, id, seen, recordable, OperationPolicy.DEFAULT.retention())));
    }

    /** What an operator does is to be found in the log later. */
    private static Ending traced(String done, OperationId id, Ending ending) {
        if (ending == Ending.ENDED) {
            LOG.log(Level.INFO, "An operator has {0}: {1}", done, id);
        } else {
            LOG.log(
                    Level.INFO,
                    "An operator would have {0}: {1}, and could not: {2}",
                    done,
                    id,
                    Choice.written(ending));
        }
        return ending;
    }

    private static Ending ending(Intervened came) {
        return switch (came) {
            case Intervened.Done ignored -> Ending.ENDED;
            case Intervened.Changed ignored -> Ending.CHANGED;
            case Intervened.Running ignored -> Ending.RUNNING;
            case Intervened.Finished ignored -> Ending.FINISHED;
            case Intervened.NoSuchStep ignored -> throw new AssertionError("An operation of one handler has no steps");
            case Intervened.WouldRepeat ignored -> throw new AssertionError("An operation of one handler has no steps");
        };
    }

    @Override
    public long purge() {
        long purged = 0;
        int batch;
        do {
            batch = store.purgeExpired(BATCH);
            purged += batch;
        } while (batch == BATCH);
        LOG.log(Level.INFO, "An operator has purged expired records: {0}", purged);
        return purged;
    }

    @Override
    public void close() {
        // The store belongs to whoever opened it.
    }
}
