package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;

/**
 * Between which servers a claim is decided. All processes that share a keyspace must choose the same: two that differ do not exclude
 * each other.
 */
public enum SerialConsistency {
    /**
     * A majority of the copies in all data centres together decides ({@code SERIAL}). An operation is executed once wherever its
     * retries arrive, each write waits for other data centres, and without a majority of all copies nothing is decided.
     */
    EVERYWHERE(DefaultConsistencyLevel.SERIAL, DefaultConsistencyLevel.QUORUM),
    /**
     * A majority of the copies in the data centre of the session decides ({@code LOCAL_SERIAL}). Each data centre has a lock of its
     * own: a retry that arrives in another one can be executed again. Only for callers that stay with one data centre.
     */
    LOCAL(DefaultConsistencyLevel.LOCAL_SERIAL, DefaultConsistencyLevel.LOCAL_QUORUM);

    private final DefaultConsistencyLevel serial;
    private final DefaultConsistencyLevel majority;

    SerialConsistency(DefaultConsistencyLevel serial, DefaultConsistencyLevel majority) {
        this.serial = serial;
        this.majority = majority;
    }

    /** The level at which a write is decided, and at which the latest of them can be read. */
    ConsistencyLevel serial() {
        return serial;
    }

    /** The level at which what was decided is written, so that a plain read of the same level sees it. */
    ConsistencyLevel majority() {
        return majority;
    }
}
