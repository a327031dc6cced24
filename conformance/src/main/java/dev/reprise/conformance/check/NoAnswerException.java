package dev.reprise.conformance.check;

import dev.reprise.conformance.wire.WireAttempt;
import java.io.Serial;

/** A request that a case needs the answer of got none. */
final class NoAnswerException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final WireAttempt.Failure failure;

    NoAnswerException(WireAttempt.Failed failed) {
        super(failed.detail());
        failure = failed.failure();
    }

    /** Whether there may be a whole answer for those who wait, or read, longer. */
    boolean isOurLimit() {
        return failure == WireAttempt.Failure.TOO_LONG;
    }
}
