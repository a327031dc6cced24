package dev.reprise.spi;

import dev.reprise.OperationRecord;
import java.time.Instant;

/** The result of a {@link Claim}. */
public sealed interface Acquisition {
    /**
     * The claimant owns the operation.
     *
     * @param lease its hold on it
     */
    record Acquired(Lease lease) implements Acquisition {}

    /**
     * There is a record and nothing was changed.
     *
     * @param record what is there
     * @param now the time of the store's clock, against which the record's times are read
     */
    record Existing(OperationRecord record, Instant now) implements Acquisition {}
}
