package dev.reprise.console.bulk;

import dev.reprise.IdempotencyException;
import dev.reprise.console.operations.Initiator;
import dev.reprise.console.operations.ListedState;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.operations.OperationListing;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.Operations;
import dev.reprise.console.operations.Operations.Ending;
import dev.reprise.spi.Interventions.Action;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.Interventions.Intervention;
import dev.reprise.spi.ResumableStore;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Releases all operations that a filter finds, or counts them, batch by batch: only what is unknown or abandoned, and each only as it was
 * seen. It rests after each batch for as long as that took, so that callers notice little of it. One thread runs it; any may ask how
 * far it is, and stop it.
 */
public final class ReleaseRun {
    /** The states that can be released. */
    public static final Set<ListedState> RELEASABLE =
            Set.copyOf(EnumSet.of(ListedState.UNKNOWN, ListedState.ABANDONED));

    private static final int BATCH = 100;
    private static final int LOOK_AT = 2_000;
    private static final Duration LONGEST_REST = Duration.ofMillis(200);

    private final Operations operations;
    private final Source source;
    /** How many somebody has chosen, of which none may be missing in the end; 0 if a filter finds them. */
    private final int chosen;

    private final @Nullable Initiator who;
    private volatile Standing standing = new Standing(0, 0, 0, 0, State.RUNNING, "");
    private volatile boolean stop;

    /** Where the operations come from. */
    private interface Source {
        OperationListing next(@Nullable String after);
    }

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
     * @param matching how many of them it was to release
     * @param released how many it has released
     * @param left how many it has left as they were, because they had changed, or steps would be done again
     * @param state whether it goes on
     * @param failure why it does not; empty if nothing went wrong
     */
    public record Standing(long looked, long matching, long released, long left, State state, String failure) {
        private Standing to(State next, String why) {
            return new Standing(looked, matching, released, left, next, why);
        }
    }

    private ReleaseRun(Operations operations, Source source, int chosen, @Nullable Initiator who) {
        this.operations = operations;
        this.source = source;
        this.chosen = chosen;
        this.who = who;
    }

    /** Counts what the filter finds, and changes nothing. */
    public static ReleaseRun counting(Operations operations, OperationFilter filter) {
        return new ReleaseRun(operations, source(operations, filter), 0, null);
    }

    /** Releases what the filter finds. */
    public static ReleaseRun releasing(Operations operations, OperationFilter filter, Initiator who) {
        return new ReleaseRun(operations, source(operations, filter), 0, who);
    }

    /**
     * Releases those that were chosen, as they were seen.
     *
     * @param chosen how many
     * @param unchanged finds those that have not changed since; asked when it runs
     */
    public static ReleaseRun releasing(
            Operations operations, int chosen, Supplier<List<OperationView>> unchanged, Initiator who) {
        return new ReleaseRun(operations, after -> new OperationListing(unchanged.get(), null, chosen), chosen, who);
    }

    private static Source source(Operations operations, OperationFilter filter) {
        Set<ListedState> states = filter.states().isEmpty() ? RELEASABLE : filter.states();
        OperationFilter asked = filter.in(states);
        return after -> operations.list(asked.page(after, BATCH, LOOK_AT));
    }

    /** Whether it changes nothing. */
    public boolean counts() {
        return who == null;
    }

    /** How far it is. */
    public Standing standing() {
        return standing;
    }

    /** Lets it end after the batch at which it is. */
    public void stop() {
        stop = true;
    }

    /** Runs it to its end, and says how far it has come. Does not throw what the store throws. */
    public Standing run() {
        try {
            String next = null;
            do {
                long began = System.nanoTime();
                OperationListing listing = source.next(next);
                List<OperationView> stuck = listing.operations().stream()
                        .filter(OperationView::stuck)
                        .toList();
                int released = who == null ? 0 : release(stuck, who);
                add(listing.looked(), stuck.size(), released);
                next = listing.next();
                if (released > 0 && next != null) {
                    rest(Duration.ofNanos(System.nanoTime() - began));
                }
            } while (next != null && !stop);
            standing = standing.to(next == null ? State.DONE : State.STOPPED, "");
        } catch (IdempotencyException e) {
            standing = standing.to(State.FAILED, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            standing = standing.to(State.STOPPED, "");
        } finally {
            if (standing.state() == State.RUNNING) {
                standing = standing.to(State.FAILED, "It ended in a way that nobody expected; see the log");
            }
        }
        return standing;
    }

    private void add(int looked, int matching, int released) {
        Standing former = standing;
        int left = who == null ? 0 : Math.max(matching, chosen) - released;
        standing = new Standing(
                former.looked() + looked,
                former.matching() + matching,
                former.released() + released,
                former.left() + left,
                State.RUNNING,
                "");
    }

    private int release(List<OperationView> stuck, Initiator initiator) {
        List<OperationView> plain =
                stuck.stream().filter(one -> one.progress() == null).toList();
        long ended = plain.isEmpty()
                ? 0
                : operations.release(plain, initiator).stream()
                        .filter(Ending.ENDED::equals)
                        .count();
        for (OperationView one : stuck) {
            if (one.progress() != null && released(one, initiator)) {
                ended++;
            }
        }
        return (int) ended;
    }

    /** What is done in steps is released only if nothing would be done again. */
    private boolean released(OperationView one, Initiator initiator) {
        ResumableStore<?> store = operations.resumable().orElse(null);
        if (store == null) {
            return false;
        }
        Action release = new Action.Release(one.id(), one.seen(), false);
        return store.interventions().intervene(new Intervention(release, initiator.by(), initiator.reason()))
                instanceof Intervened.Done;
    }

    private static void rest(Duration worked) throws InterruptedException {
        Thread.sleep(worked.compareTo(LONGEST_REST) < 0 ? worked : LONGEST_REST);
    }
}
