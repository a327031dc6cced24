package dev.reprise.encryption;

import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;

/** Records whose answer is sealed. */
final class SealedRecords {
    private SealedRecords() {}

    /** The record with its answer as it was given; one without an answer, or with one whose body was left out, as it is. */
    static OperationRecord open(OperationRecord record, Sealer sealer) {
        if (!(record.state() instanceof Completed completed)) {
            return record;
        }
        return record.with(new Completed(
                sealer.open(record.id(), completed.response()), completed.completedAt(), completed.expiresAt()));
    }

    /** The record as a store keeps it. */
    static OperationRecord seal(OperationRecord record, Sealer sealer) {
        if (!(record.state() instanceof Completed completed)) {
            return record;
        }
        return record.with(new Completed(
                sealer.seal(record.id(), completed.response()), completed.completedAt(), completed.expiresAt()));
    }
}
