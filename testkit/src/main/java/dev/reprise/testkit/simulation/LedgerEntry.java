package dev.reprise.testkit.simulation;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.Response;

/**
 * An effect that happened, and cannot be taken back.
 *
 * @param id of which operation
 * @param payload that was asked for
 * @param token under which it was executed
 * @param epoch see {@link OperationHistory}
 * @param response what the handler answers, whether or not it still can
 */
record LedgerEntry(OperationId id, String payload, FencingToken token, int epoch, Response response) {
    /** The same effect, which takes place in that epoch. */
    LedgerEntry inEpoch(int other) {
        return new LedgerEntry(id, payload, token, other, response);
    }
}
