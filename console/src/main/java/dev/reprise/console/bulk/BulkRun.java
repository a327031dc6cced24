package dev.reprise.console.bulk;

import dev.reprise.IdempotencyException;
import dev.reprise.console.operations.Initiator;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.operations.OperationListing;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.Operations;
import dev.reprise.console.text.Choice;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Does something to all operations that a filter finds, or that somebody has chosen, or counts them, batch by batch: each only as it was
 * seen, and none twice. It rests after each batch for longer than that took, so that callers notice little of it. One thread runs it; any
 * may ask how far it is, and stop it.
 */
public final class BulkRun {
    /** How many in one go. */
    static final int BATCH = 25;

    /** How many times as long as the work the rest after it is. */
    private static final int RESTS = 2;

    private static final Duration LONGEST_REST = Duration.ofSeconds(1);

    private final Operations operations;
    private final BulkKind kind;
    private final BulkSource source;
    private final @Nullable Order order;
    private volatile Standing standing;
    /** Who has stopped it; null if nobody has. */
    private volatile @Nullable String stoppedBy;

    /** What is to be done, and who wants it. */
    private record Order(BulkAction action, Initiator who) {}

    /** Whether it goes on. */
    public enum State {
        /** It does. */
        RUNNING,
        /** It has looked at everything. */
        DONE,
        /** Somebody has stopped it. */
        STOPPED,
        /** The store did not do its work. */
        FAILED
    }

    /**
     * How far it is.
     *
     * @param looked how many records it has looked at, about
     * @param matching to how many of them it can be done
     * @param came of how many came what, in the order in which that is told; nothing where it only counts
     * @param state whether it goes on
     * @param why it does not: who has stopped it, or what went wrong; empty if it came to its end by itself
     */
    public record Standing(long looked, long matching, Map<BulkResult, Long> came, State state, String why) {
        private static Standing atFirst(List<BulkResult> results) {
            Map<BulkResult, Long> none = new EnumMap<>(BulkResult.class);
            results.forEach(result -> none.put(result, 0L));
            none.put(BulkResult.LEFT, 0L);
            return new Standing(0, 0, Collections.unmodifiableMap(none), State.RUNNING, "");
        }

        private Standing looked(int more, int suitable) {
            return new Standing(looked + more, matching + suitable, came, state, why);
        }

        private Standing came(List<BulkResult> results) {
            Map<BulkResult, Long> sums = new EnumMap<>(came);
            results.forEach(result -> sums.merge(result, 1L, Long::sum));
            return new Standing(looked, matching, Collections.unmodifiableMap(sums), state, why);
        }

        private Standing to(State next, String because) {
            return new Standing(looked, matching, came, next, because);
        }

        /** What came of them, for the audit. */
        public String inWords() {
            return came.entrySet().stream()
                    .map(one -> one.getValue() + " " + Choice.written(one.getKey()))
                    .collect(Collectors.joining(", "));
        }
    }

    private BulkRun(Operations operations, BulkKind kind, BulkSource source, @Nullable Order order) {
        this.operations = operations;
        this.kind = kind;
        this.source = source;
        this.order = order;
        this.standing =
                order == null ? new Standing(0, 0, Map.of(), State.RUNNING, "") : Standing.atFirst(kind.results());
    }

    /** Counts to which of those that the filter finds it can be done, and changes nothing. */
    public static BulkRun counting(Operations operations, BulkKind kind, OperationFilter filter) {
        return new BulkRun(operations, kind, new BulkSource.Matching(operations, kind.of(filter)), null);
    }

    /** Does it to what the filter finds. */
    public static BulkRun ofMatching(Operations operations, BulkAction action, OperationFilter filter, Initiator who) {
        BulkKind kind = action.kind();
        return new BulkRun(
                operations, kind, new BulkSource.Matching(operations, kind.of(filter)), new Order(action, who));
    }

    /**
     * Does it to those that were chosen, as they were seen.
     *
     * @param chosen which
     * @param unchanged finds one of them, if it has not changed since; asked when it is its turn
     */
    public static <T> BulkRun ofChosen(
            Operations operations,
            BulkAction action,
            List<T> chosen,
            Function<T, Optional<OperationView>> unchanged,
            Initiator who) {
        return new BulkRun(
                operations, action.kind(), new BulkSource.Chosen<>(chosen, unchanged), new Order(action, who));
    }

    /** What is done, or counted. */
    public BulkKind kind() {
        return kind;
    }

    /** The same for the audit; empty if it changes nothing. */
    public Optional<String> audited() {
        return Optional.ofNullable(order).map(one -> one.action().inWords());
    }

    /** How far it is. */
    public Standing standing() {
        return standing;
    }

    /**
     * Lets it end after the batch at which it is.
     *
     * @param by whoever wants that
     */
    public void stop(String by) {
        stoppedBy = by;
    }

    /** Runs it to its end, and says how far it has come. Does not throw what the store throws. */
    public Standing run() {
        try {
            standing = toTheEnd()
                    ? standing.to(State.DONE, "")
                    : standing.to(State.STOPPED, Objects.requireNonNullElse(stoppedBy, ""));
        } catch (IdempotencyException e) {
            standing = standing.to(State.FAILED, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            standing = standing.to(State.STOPPED, "the end of its process");
        } finally {
            if (standing.state() == State.RUNNING) {
                standing = standing.to(State.FAILED, "It ended in a way that nobody expected; see the log");
            }
        }
        return standing;
    }

    /** Whether it got there. */
    private boolean toTheEnd() throws InterruptedException {
        Order what = order;
        String next = null;
        do {
            long began = System.nanoTime();
            OperationListing listing = source.next(next);
            next = listing.next();
            List<OperationView> suitable = listing.operations().stream()
                    .filter(one -> kind.suits(one, operations))
                    .toList();
            standing = standing.looked(listing.looked(), suitable.size());
            if (what != null) {
                int others = source.asked(listing, suitable.size()) - suitable.size();
                standing = standing.came(Collections.nCopies(others, BulkResult.LEFT));
                if (!applied(what, suitable, began, next == null)) {
                    return false;
                }
            }
            if (next != null && (what == null || suitable.isEmpty())) {
                // To look costs callers something, too.
                rest(Duration.ofNanos(System.nanoTime() - began));
            }
        } while (next != null && stoppedBy == null);
        return next == null;
    }

    /** Whether nobody has stopped it meanwhile. */
    private boolean applied(Order what, List<OperationView> suitable, long listed, boolean last)
            throws InterruptedException {
        int most = what.action().together();
        long began = listed;
        for (int from = 0; from < suitable.size(); from += most) {
            if (stoppedBy != null) {
                return false;
            }
            int to = Math.min(suitable.size(), from + most);
            what.action().apply(operations, suitable.subList(from, to), what.who(), this::add);
            if (!last || to < suitable.size()) {
                rest(Duration.ofNanos(System.nanoTime() - began));
            }
            began = System.nanoTime();
        }
        return true;
    }

    private void add(BulkResult one) {
        standing = standing.came(List.of(one));
    }

    private static void rest(Duration worked) throws InterruptedException {
        Duration rest = worked.multipliedBy(RESTS);
        Thread.sleep(rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST);
    }
}
