package dev.reprise.conformance.check;

import dev.reprise.conformance.wire.Attempt;
import java.io.Serial;

/** A request that a case needs the answer of got none. */
final class NoAnswerException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    NoAnswerException(Attempt.Failed failed) {
        super(failed.detail());
    }
}
