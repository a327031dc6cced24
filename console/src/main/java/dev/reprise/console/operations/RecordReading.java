package dev.reprise.console.operations;

import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.Response;
import dev.reprise.spi.Interventions.Listed;
import dev.reprise.spi.Interventions.Standing;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds and describes records of a store, with as much work as it is told and no more. Thread-safe. */
final class RecordReading {
    private static final int BATCH = 100;
    private static final int COUNTED_AT_ONCE = 1_000;
    /** How many bytes of bodies one listing holds, beside a first body of any length. */
    private static final long MOST_BODIES = 4L << 20;

    private final OperationStore store;
    private final @Nullable ResumableStore<?> resumable;

    RecordReading(OperationStore store, @Nullable ResumableStore<?> resumable) {
        this.store = store;
        this.resumable = resumable;
    }

    OperationListing list(OperationFilter filter) {
        Instant now = Instant.now();
        Set<OperationState.Kind> kinds = (filter.states().isEmpty()
                        ? EnumSet.allOf(ListedState.class)
                        : filter.states())
                .stream().map(ListedState::kind).collect(Collectors.toSet());
        Function<Response, RecordedResponse> describe =
                filter.wholeKey() == null ? RecordReading::status : new Bodies()::describe;
        List<OperationView> found = new ArrayList<>();
        String next = filter.after();
        long looked = 0;
        do {
            int most = Math.min(BATCH, filter.limit() - found.size());
            OperationQuery.Page<Found> page =
                    page(filter.type(), new OperationQuery(kinds, filter.wholeKey(), next, most));
            for (Found one : page.items()) {
                OperationView view =
                        OperationView.of(whole(one.record(), filter), now, describe, progress(one, now, filter));
                if (filter.admits(view, now)) {
                    found.add(view);
                }
            }
            next = page.next();
            // A store may look at many records to find few of the states asked for.
            looked += next == null ? page.items().size() : most;
        } while (next != null && found.size() < filter.limit() && looked < filter.lookAt());
        return new OperationListing(found, next, (int) Math.min(looked, Integer.MAX_VALUE));
    }

    Optional<OperationView> find(OperationId id) {
        return present(id).map(found -> {
            Instant now = Instant.now();
            Standing standing = standing(List.of(id)).get(id);
            Progress progress = standing == null ? null : steps(id, Progress.of(standing, now));
            return OperationView.of(
                    found.record(),
                    now,
                    found.readable() ? RecordedResponse::of : RecordedResponse::unreadable,
                    progress);
        });
    }

    /** A record, and whether its answer could be read. */
    private record Present(OperationRecord record, boolean readable) {}

    /** Of a record that cannot be read, what listings show. */
    private Optional<Present> present(OperationId id) {
        try {
            return store.find(id).map(record -> new Present(record, true));
        } catch (StoreException e) {
            if (!e.isUnreadable()) {
                throw e;
            }
            OperationQuery sameKey =
                    new OperationQuery(EnumSet.allOf(OperationState.Kind.class), id.key(), null, COUNTED_AT_ONCE);
            return store.list(sameKey).items().stream()
                    .filter(record -> record.id().equals(id))
                    .findFirst()
                    .map(record -> new Present(record, false));
        }
    }

    OperationCounts count(int most, int stuck) {
        Instant now = Instant.now();
        Map<ListedState, Integer> counts = new EnumMap<>(ListedState.class);
        EnumSet.allOf(ListedState.class).forEach(state -> counts.put(state, 0));
        Set<ListedState> atLeast = EnumSet.noneOf(ListedState.class);
        List<OperationView> unknown = new ArrayList<>();
        List<OperationView> abandoned = new ArrayList<>();
        for (OperationState.Kind kind : OperationState.Kind.values()) {
            boolean all = look(kind, most, found -> {
                OperationView view =
                        OperationView.of(found.record(), now, RecordReading::status, progress(found.standing(), now));
                counts.merge(view.state(), 1, Integer::sum);
                List<OperationView> list = view.state() == ListedState.UNKNOWN ? unknown : abandoned;
                if (view.stuck() && list.size() < stuck) {
                    list.add(view);
                }
            });
            if (!all) {
                EnumSet.allOf(ListedState.class).stream()
                        .filter(state -> state.kind() == kind)
                        .forEach(atLeast::add);
            }
        }
        // Many of one kind leave some room for the other.
        int fewest = Math.min(abandoned.size(), stuck / 4);
        return new OperationCounts(
                counts,
                atLeast,
                Stream.concat(unknown.stream().limit(stuck - fewest), abandoned.stream())
                        .limit(stuck)
                        .toList());
    }

    /** The owners of what runs. What waits for a time or an answer, or has done so until now, nobody is at work on. */
    NodesSeen nodes(int most) {
        Instant now = Instant.now();
        Map<String, NodeView> nodes = new HashMap<>();
        boolean all = look(OperationState.Kind.RUNNING, most, found -> {
            OperationRecord record = found.record();
            if (record.state() instanceof OperationState.Running running && !waited(running, found.standing())) {
                NodeView node = NodeView.of(running, record.createdAt(), record.abandonedAt(now));
                nodes.merge(node.name(), node, NodeView::and);
            }
        });
        return new NodesSeen(
                nodes.values().stream()
                        .sorted(Comparator.comparing(NodeView::holdsNone)
                                .thenComparingInt(NodeView::operations)
                                .reversed()
                                .thenComparing(NodeView::name))
                        .toList(),
                all);
    }

    /** Who waits has a lease that ends with the wait. */
    private static boolean waited(OperationState.Running running, @Nullable Standing standing) {
        return standing != null && !standing.notBefore().isBefore(running.leaseEnd());
    }

    /** Looks at records of a kind, and says whether these are all. */
    private boolean look(OperationState.Kind kind, int most, Consumer<Found> action) {
        String next = null;
        int looked = 0;
        do {
            int batch = Math.min(COUNTED_AT_ONCE, most - looked);
            OperationQuery.Page<Found> page = page(null, new OperationQuery(Set.of(kind), null, next, batch));
            page.items().forEach(action);
            next = page.next();
            looked += batch;
        } while (next != null && looked < most);
        return next == null;
    }

    /** The record with its body, for who asks for a key. */
    private OperationRecord whole(OperationRecord listed, OperationFilter filter) {
        return filter.wholeKey() == null
                ? listed
                : present(listed.id()).map(Present::record).orElse(listed);
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
        Map<OperationId, Standing> standing =
                standing(page.items().stream().map(OperationRecord::id).toList());
        List<Found> found = page.items().stream()
                .map(record -> new Found(record, standing.get(record.id())))
                .toList();
        return new OperationQuery.Page<>(found, page.next());
    }

    private Map<OperationId, Standing> standing(List<OperationId> ids) {
        return resumable == null ? Map.of() : resumable.interventions().standing(ids);
    }

    /** All that a listing of many says of an answer. */
    static RecordedResponse status(Response response) {
        return RecordedResponse.ofStatus(response.status());
    }

    private static @Nullable Progress progress(@Nullable Standing standing, Instant now) {
        return standing == null ? null : Progress.of(standing, now);
    }

    /** Who asks for a key gets the steps as well. */
    private @Nullable Progress progress(Found found, Instant now, OperationFilter filter) {
        Progress progress = progress(found.standing(), now);
        return progress == null || filter.key() == null
                ? progress
                : steps(found.record().id(), progress);
    }

    private Progress steps(OperationId id, Progress progress) {
        return resumable == null
                ? progress
                : resumable.find(id).map(progress::with).orElse(progress);
    }

    /** The responses of one listing by key, of which the bodies are there while there is room for them. */
    private static final class Bodies {
        private long held;

        RecordedResponse describe(Response response) {
            long length = response.body().length();
            if (held > 0 && held + length > MOST_BODIES) {
                return status(response);
            }
            held += length;
            return RecordedResponse.of(response);
        }
    }
}
