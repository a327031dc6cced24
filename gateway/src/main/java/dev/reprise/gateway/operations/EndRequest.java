package dev.reprise.gateway.operations;

import dev.reprise.FencingToken;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Scope;
import dev.reprise.console.operations.Initiator;
import dev.reprise.console.operations.Operations;
import dev.reprise.console.operations.ReconcileOutcome;
import dev.reprise.console.operations.RecordedResponse;
import org.jspecify.annotations.Nullable;

/**
 * The request to end an operation, or to have it found out how it ended, as it goes over the wire.
 *
 * @param principal whose operation
 * @param route the route's name
 * @param key the key
 * @param token the fencing token that was seen
 * @param response what to record; null to make the key new
 * @param by who wants it; null where that is not said
 * @param reason why; null where that is not said
 */
public record EndRequest(
        String principal,
        String route,
        String key,
        long token,
        @Nullable RecordedResponse response,
        @Nullable String by,
        @Nullable String reason) {
    /** @throws IllegalArgumentException if it does not say which operation */
    public EndRequest {
        if (principal == null || route == null || key == null) {
            throw new IllegalArgumentException("principal, route, key and token say which operation; one is missing");
        }
    }

    static EndRequest of(OperationId id, FencingToken seen, @Nullable RecordedResponse response, Initiator who) {
        return new EndRequest(
                id.scope().principal(),
                id.scope().route(),
                id.key().value(),
                seen.value(),
                response,
                who.by(),
                who.reason());
    }

    /** Who wants something, and why, where a command may have said neither. */
    public static Initiator initiator(@Nullable String by, @Nullable String reason) {
        return new Initiator(by == null ? "a command" : by, reason == null ? "" : reason);
    }

    private OperationId id() {
        return new OperationId(new Scope(principal, route), new IdempotencyKey(key));
    }

    /** Ends it as asked. */
    public Operations.Ending end(Operations operations) {
        FencingToken seen = new FencingToken(token);
        Initiator who = initiator(by, reason);
        return response == null
                ? operations.release(id(), seen, who)
                : operations.resolve(id(), seen, response.toResponse(), who);
    }

    /** Has it found out. */
    public ReconcileOutcome reconcile(Operations operations) {
        return operations.reconcile(id(), new FencingToken(token), initiator(by, reason));
    }
}
