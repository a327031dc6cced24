package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.cql.BoundStatement;
import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Kind;
import dev.reprise.Response;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.RecordLimits;
import dev.reprise.spi.support.Call;
import dev.reprise.spi.support.TimeLimit;
import dev.reprise.spi.support.Transition;
import dev.reprise.store.cassandra.RecordStatements.Completion;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What an owner does with what it holds: every write has its token in the condition (S27). Thread-safe. */
final class Endings {
    private static final int LONGEST_REASON = 1_000;

    private final CqlRecords records;
    private final LiveEntries live;
    private final HeldClaims held;
    private final PolledChanges changes;
    private final TimeLimit timeLimit;

    Endings(CqlRecords records, LiveEntries live, HeldClaims held, PolledChanges changes, TimeLimit timeLimit) {
        this.records = records;
        this.live = live;
        this.held = held;
        this.changes = changes;
        this.timeLimit = timeLimit;
    }

    Call<LeaseStatus> renew(Lease lease) {
        Step<LeaseStatus> write = Step.write(() -> records.statements().renew(lease), LeaseStatus.HELD);
        ConditionalCall<LeaseStatus> call =
                call(lease.id(), seen -> runs(seen, lease) ? write : Step.done(LeaseStatus.LOST));
        call.proceed(write);
        return call;
    }

    /** One write, if this process has claimed the operation; otherwise the record is read first, as it is written anew. */
    Call<LeaseStatus> complete(Lease lease, Response response, Duration retention) {
        RecordLimits.retention(retention);
        StoredResponse stored = StoredResponse.of(response);
        ConditionalCall<LeaseStatus> call = call(lease.id(), seen -> {
            OperationRecord present = seen.present();
            return present != null && isOpen(seen, lease)
                    ? completed(
                            lease,
                            () -> new Completion(
                                    present.fingerprint(), present.createdAt(), Duration.ZERO, retention, stored))
                    : done(lease, Kind.COMPLETED, seen);
        });
        HeldClaims.Held claim = held.find(lease);
        CompletionStage<Boolean> unused = records.bodies()
                .write(lease.id(), lease.token(), stored, retention)
                .whenComplete((written, failure) -> {
                    if (failure != null) {
                        call.giveUp("could not write the body", DriverFailures.unwrapped(failure));
                    } else if (claim == null) {
                        call.read();
                    } else {
                        call.proceed(completed(
                                lease,
                                () -> new Completion(
                                        claim.fingerprint(), claim.createdAt(), claim.age(), retention, stored)));
                    }
                });
        afterEnd(call, lease);
        return call;
    }

    private Step<LeaseStatus> completed(Lease lease, Supplier<Completion> completion) {
        return Step.write(() -> records.statements().complete(lease, completion.get()), LeaseStatus.HELD);
    }

    Call<LeaseStatus> release(Lease lease) {
        Step<LeaseStatus> write = Step.write(() -> records.statements().release(lease), LeaseStatus.HELD);
        ConditionalCall<LeaseStatus> call =
                call(lease.id(), seen -> isOpen(seen, lease) ? write : done(lease, null, seen));
        call.proceed(write);
        afterEnd(call, lease);
        return call;
    }

    Call<LeaseStatus> park(Lease lease, String reason) {
        Step<LeaseStatus> write = unknown(
                lease.id(), lease.token(), () -> records.statements().park(lease, shortened(reason)), LeaseStatus.HELD);
        ConditionalCall<LeaseStatus> call =
                call(lease.id(), seen -> runs(seen, lease) ? write : done(lease, Kind.UNKNOWN, seen));
        call.proceed(write);
        CompletionStage<Void> unused = call.ended().thenAccept(known -> changes.changed(lease.id()));
        return call;
    }

    /** A write after which an operation is unknown. It is there for long, so its entry is written again, in case it is missing. */
    <R> Step<R> unknown(OperationId id, FencingToken token, Supplier<BoundStatement> write, R result) {
        return new Step.Write<>(() -> new Step.Attempt<>(write.get(), result, live.put(id, token), () -> {}));
    }

    /** What follows when an operation has ended under a lease. */
    CompletionStage<Boolean> gone(Lease lease) {
        held.remove(lease);
        live.remove(lease.id(), lease.token());
        changes.changed(lease.id());
        return CompletableFuture.completedFuture(true);
    }

    static String shortened(String reason) {
        if (reason.length() <= LONGEST_REASON) {
            return reason;
        }
        // A pair of surrogates stays whole, or goes.
        boolean cut = Character.isHighSurrogate(reason.charAt(LONGEST_REASON - 1));
        return reason.substring(0, cut ? LONGEST_REASON - 1 : LONGEST_REASON);
    }

    /** Also if the lease turned out to be lost: then the operation is somebody else's, or has ended. */
    private void afterEnd(ConditionalCall<LeaseStatus> call, Lease lease) {
        CompletionStage<Boolean> unused =
                call.ended().thenCompose(known -> known ? gone(lease) : CompletableFuture.completedFuture(false));
    }

    private <R> ConditionalCall<R> call(OperationId id, Function<Seen, Step<R>> rule) {
        ConditionalCall<R> call = new ConditionalCall<>(id, records, rule);
        timeLimit.watch(call);
        return call;
    }

    private static boolean runs(Seen seen, Lease lease) {
        return seen.has(lease.token()) && seen.kind() == Kind.RUNNING;
    }

    private static boolean isOpen(Seen seen, Lease lease) {
        return seen.has(lease.token()) && !seen.isFinal();
    }

    private static Step<LeaseStatus> done(Lease lease, @Nullable Kind end, Seen seen) {
        return Step.done(Transition.status(lease, end, seen.presentToken(), seen.kind()));
    }
}
