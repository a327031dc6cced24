package dev.reprise.store.cassandra;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.support.Call;
import dev.reprise.spi.support.TimeLimit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Claims. Those of one operation by this process go one behind the other: they would only get in each other's way with the servers, and
 * one read answers all that have come while another one was on its way. Thread-safe.
 */
final class ClaimQueues {
    /** A claim, and the call that waits for it. */
    private record Claimant(Claim claim, ConditionalCall<Acquisition> call) {}

    private final CqlRecords records;
    private final TokenSource tokens;
    private final LiveEntries live;
    private final HeldClaims held;
    private final PolledChanges changes;
    private final TimeLimit timeLimit;
    private final ClaimGuess guess = new ClaimGuess();
    /** Who waits behind the claim that is on its way. */
    private final ConcurrentHashMap<OperationId, Deque<Claimant>> queues = new ConcurrentHashMap<>();

    ClaimQueues(
            CqlRecords records,
            TokenSource tokens,
            LiveEntries live,
            HeldClaims held,
            PolledChanges changes,
            TimeLimit timeLimit) {
        this.records = records;
        this.tokens = tokens;
        this.live = live;
        this.held = held;
        this.changes = changes;
        this.timeLimit = timeLimit;
    }

    Call<Acquisition> start(Claim claim) {
        ConditionalCall<Acquisition> call = new ConditionalCall<>(claim.id(), records, seen -> next(claim, seen));
        timeLimit.watch(call);
        Claimant claimant = new Claimant(claim, call);
        if (isFirst(claimant)) {
            begin(claimant);
        }
        return call;
    }

    private boolean isFirst(Claimant claimant) {
        boolean[] first = new boolean[1];
        queues.compute(claimant.claim().id(), (id, queue) -> {
            first[0] = queue == null;
            Deque<Claimant> joined = queue == null ? new ArrayDeque<>() : queue;
            if (!first[0]) {
                joined.add(claimant);
            }
            return joined;
        });
        return first[0];
    }

    private void begin(Claimant claimant) {
        Claim claim = claimant.claim();
        followedByOthers(claimant);
        if (guess.isNew() && claim.takeOverFrom().equals(FencingToken.NONE)) {
            claimant.call().proceed(Seen.NOTHING);
            return;
        }
        claimant.call().guarded(() -> look(claimant));
    }

    private void look(Claimant claimant) {
        CompletionStage<Boolean> unused = records.near(claimant.claim().id()).handle((seen, failure) -> {
            if (failure != null) {
                claimant.call().read();
                return false;
            }
            guess.found(seen.record() != null);
            // Also what has ended: a write in its place takes effect only if it is still there.
            if (seen.isFinal() || seen.present() == null) {
                claimant.call().proceed(seen);
            } else {
                claimant.call().read();
            }
            return true;
        });
    }

    private void followedByOthers(Claimant claimant) {
        Claim claim = claimant.claim();
        CompletionStage<Void> unused = claimant.call().ended().thenRun(() -> {
            if (!claim.takeOverFrom().equals(FencingToken.NONE)) {
                // Who waits for the former owner waits no longer.
                changes.changed(claim.id());
            }
            goOn(claim.id());
        });
    }

    /** Answers those who wait with one read, and lets the first go on that has something to write. */
    private void goOn(OperationId id) {
        Deque<Claimant> waiting = taken(id);
        if (waiting == null) {
            return;
        }
        CompletionStage<Boolean> unused = latest(id).handle((seen, failure) -> {
            Claimant leader = failure == null ? answered(waiting, seen) : failed(waiting, failure);
            if (leader == null) {
                goOn(id);
            } else {
                followedByOthers(leader);
                leader.call().proceed(seen);
            }
            return true;
        });
    }

    /** Whatever is thrown, there are those who wait for it. */
    private CompletionStage<Seen> latest(OperationId id) {
        try {
            return records.latest(id);
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static @Nullable Claimant failed(Deque<Claimant> waiting, Throwable failure) {
        waiting.forEach(claimant -> claimant.call().giveUp("got no answer in time", DriverFailures.unwrapped(failure)));
        return null;
    }

    /** Answers whom it can; returns the first of the others, and lets the rest wait behind it. */
    private @Nullable Claimant answered(Deque<Claimant> waiting, Seen seen) {
        Claimant leader = null;
        for (Claimant claimant : waiting) {
            if (isAnsweredBy(claimant, seen)) {
                continue;
            }
            if (leader == null) {
                leader = claimant;
            } else {
                boolean first = isFirst(claimant);
                assert !first : "The leader is";
            }
        }
        return leader;
    }

    private static boolean isAnsweredBy(Claimant claimant, Seen seen) {
        Step<Acquisition> step;
        try {
            step = claimant.call().next(seen);
        } catch (Throwable e) {
            claimant.call().giveUp("failed", e);
            return true;
        }
        if (step instanceof Step.Done<Acquisition>) {
            claimant.call().proceed(step);
            return true;
        }
        return false;
    }

    /** Those who wait; null if nobody does, and then the next claim is the first. */
    private @Nullable Deque<Claimant> taken(OperationId id) {
        Deque<Claimant> taken = new ArrayDeque<>();
        queues.computeIfPresent(id, (ignored, queue) -> {
            if (queue.isEmpty()) {
                return null;
            }
            taken.addAll(queue);
            queue.clear();
            return queue;
        });
        return taken.isEmpty() ? null : taken;
    }

    /** What a claim comes to, by what is there. */
    private Step<Acquisition> next(Claim claim, Seen seen) {
        OperationRecord present = seen.present();
        if (present == null) {
            return write(claim, 1, seen);
        }
        if (seen.runsUnder(claim.owner())) {
            Lease lease = new Lease(claim.id(), present.token(), present.attempt(), claim.lease());
            held.add(lease, new HeldClaims.Held(present.fingerprint(), present.createdAt(), 0));
            return Step.done(new Acquisition.Acquired(lease));
        }
        if (isReplaceable(present, claim, seen)) {
            return write(claim, present.attempt() + 1, seen);
        }
        return new Step.Done<>(records.whole(present, seen.bodyParts())
                .thenApply(whole -> new Acquisition.Existing(whole, seen.now())));
    }

    private static boolean isReplaceable(OperationRecord present, Claim claim, Seen seen) {
        return present.token().equals(claim.takeOverFrom())
                && (present.state() instanceof OperationState.Unknown || present.abandonedAt(seen.now()));
    }

    private Step<Acquisition> write(Claim claim, int attempt, Seen seen) {
        Supplier<Step.Attempt<Acquisition>> attempted = () -> {
            FencingToken token = tokens.next(seen.token());
            Lease lease = new Lease(claim.id(), token, attempt, claim.lease());
            OperationRecord left = seen.present();
            held.add(
                    lease,
                    new HeldClaims.Held(
                            claim.fingerprint(), left == null ? null : left.createdAt(), System.nanoTime()));
            return new Step.Attempt<>(
                    left != null
                            ? records.statements().takeOver(claim, token, attempt, seen)
                            : seen.state() == null
                                    ? records.statements().claimNew(claim, token)
                                    : records.statements().claimOver(claim, token, seen),
                    new Acquisition.Acquired(lease),
                    live.put(claim.id(), token),
                    () -> missed(lease));
        };
        return new Step.Write<>(attempted);
    }

    private void missed(Lease lease) {
        guess.found(true);
        held.remove(lease);
        live.remove(lease.id(), lease.token());
    }
}
