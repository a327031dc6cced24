package dev.reprise.gateway.operations;

import dev.reprise.FencingToken;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.Response;
import dev.reprise.Scope;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An operation as an operator sees it; null is what its state does not have.
 *
 * @param principal whose it is
 * @param route the route's name
 * @param key the whole key
 * @param state running, waiting, abandoned, completed or unknown
 * @param token the number of the fencing token
 * @param attempt how many owners it has had
 * @param createdAt when it was first claimed
 * @param owner who runs it
 * @param leaseEnd when its owner counts as gone
 * @param endedAt when it was finished, or found to be unknown
 * @param expiresAt when its record is deleted
 * @param reason why its outcome is unknown
 * @param response what is replayed
 * @param progress how far it has come, if it is carried through in steps
 */
public record OperationView(
        String principal,
        String route,
        String key,
        ListedState state,
        long token,
        int attempt,
        Instant createdAt,
        @Nullable String owner,
        @Nullable Instant leaseEnd,
        @Nullable Instant endedAt,
        @Nullable Instant expiresAt,
        @Nullable String reason,
        @Nullable RecordedResponse response,
        @Nullable Progress progress) {

    /**
     * What is to be seen of a record.
     *
     * @param now the time by which a lease counts as run out
     * @param describe what is to be seen of its response
     * @param progress how far it has come, if it is carried through in steps
     */
    static OperationView of(
            OperationRecord record,
            Instant now,
            Function<Response, RecordedResponse> describe,
            @Nullable Progress progress) {
        Builder view = new Builder(record, state(record, now, progress), progress);
        return switch (record.state()) {
            case OperationState.Running running ->
                view.build(running.owner().toString(), running.leaseEnd(), null, null, null, null);
            case OperationState.Completed completed ->
                view.build(
                        null,
                        null,
                        completed.completedAt(),
                        completed.expiresAt(),
                        null,
                        describe.apply(completed.response()));
            case OperationState.Unknown unknown ->
                view.build(null, null, unknown.since(), null, unknown.reason(), null);
        };
    }

    private static ListedState state(OperationRecord record, Instant now, @Nullable Progress progress) {
        return switch (record.state()) {
            case OperationState.Running running when progress != null && progress.waits() -> ListedState.WAITING;
            case OperationState.Running running ->
                record.abandonedAt(now) ? ListedState.ABANDONED : ListedState.RUNNING;
            case OperationState.Completed completed -> ListedState.COMPLETED;
            case OperationState.Unknown unknown -> ListedState.UNKNOWN;
        };
    }

    /** Which operation this is. */
    public OperationId id() {
        return new OperationId(new Scope(principal, route), new IdempotencyKey(key));
    }

    /** In which state of ownership it was seen. */
    public FencingToken seen() {
        return new FencingToken(token);
    }

    /** What all states have. */
    private record Builder(
            OperationRecord record,
            ListedState state,
            @Nullable Progress progress) {
        private OperationView build(
                @Nullable String owner,
                @Nullable Instant leaseEnd,
                @Nullable Instant endedAt,
                @Nullable Instant expiresAt,
                @Nullable String reason,
                @Nullable RecordedResponse response) {
            return new OperationView(
                    record.id().scope().principal(),
                    record.id().scope().route(),
                    record.id().key().value(),
                    state,
                    record.token().value(),
                    record.attempt(),
                    record.createdAt(),
                    owner,
                    leaseEnd,
                    endedAt,
                    expiresAt,
                    reason,
                    response,
                    progress);
        }
    }
}
