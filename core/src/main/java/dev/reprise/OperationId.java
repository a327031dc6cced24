package dev.reprise;

/**
 * Identifies one change that a caller wants to happen once.
 *
 * @param scope who asks and what is asked
 * @param key the client's name for the operation
 */
public record OperationId(Scope scope, IdempotencyKey key) {
    /** Shortened for logs and messages: the route and the beginning of the key. */
    @Override
    public String toString() {
        return key + " at " + scope.route();
    }
}
