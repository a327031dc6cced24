package dev.reprise.http;

import dev.reprise.OperationRecord;
import dev.reprise.Reconciler;
import java.time.Duration;

/**
 * A route's reconciler, whose responses are recorded as those of a handler are: marked by the profile, and without what is
 * never replayed (S18).
 *
 * @param asked who finds out
 * @param dialect the profile's
 * @param unrecorded what the route keeps from records
 */
record FoundResponses(Reconciler asked, ProfileRules dialect, Unrecorded unrecorded) implements Reconciler {
    @Override
    public Finding reconcile(OperationRecord operation, Duration unknownFor) throws Exception {
        Finding finding = asked.reconcile(operation, unknownFor);
        return finding instanceof Finding.Happened happened
                ? new Finding.Happened(unrecorded.recordable(
                        dialect.executed(happened.response(), operation.id().key())))
                : finding;
    }

    @Override
    public void settled(OperationRecord operation) {
        asked.settled(operation);
    }
}
