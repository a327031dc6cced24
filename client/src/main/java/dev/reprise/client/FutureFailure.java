package dev.reprise.client;

import java.util.concurrent.CompletionException;

/** Futures that depend on others fail with the failure of those, wrapped. */
final class FutureFailure {
    private FutureFailure() {}

    /** What went wrong in the first place. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
