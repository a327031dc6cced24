package dev.reprise.store.rocksdb;

import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.spi.support.Stage;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes that are written and not yet durable.
 *
 * @param opening in which they were written
 * @param records what is there after them, by operation; nothing also where it has been put to rest
 * @param changes whose callers wait for them to be durable
 */
record Written(Opening opening, Map<OperationId, Optional<OperationRecord>> records, List<Change<?>> changes)
        implements Stage.Task {
    /** Answers the changes, now that they are durable and visible; those that failed before stay failed. */
    void succeed() {
        changes.forEach(Change::succeed);
    }

    @Override
    public void fail(Throwable failure) {
        changes.forEach(change -> change.fail(failure));
    }
}
