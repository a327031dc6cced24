package dev.reprise.gateway.operations;

import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.Operations;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The request to erase answers, as it goes over the wire.
 *
 * @param operations as they were seen
 * @param by who wants it; null where that is not said
 * @param reason why; null where that is not said
 */
public record EraseRequest(
        List<OperationView> operations,
        @Nullable String by,
        @Nullable String reason) {
    /** @throws IllegalArgumentException if it does not say which operations */
    public EraseRequest {
        if (operations == null) {
            throw new IllegalArgumentException("operations say whose answers are to be erased; they are missing");
        }
    }

    /** Does what is asked. */
    public long apply(Operations store) {
        return store.eraseAnswers(operations, EndRequest.initiator(by, reason));
    }
}
