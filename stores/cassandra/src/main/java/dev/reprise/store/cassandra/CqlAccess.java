package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The session, at the levels and within the times of this store. The driver repeats what only reads, and nothing that writes a
 * record. Thread-safe.
 */
final class CqlAccess {
    private final CqlSession session;
    private final SerialConsistency consistency;
    private final Duration timeLimit;

    CqlAccess(CqlSession session, SerialConsistency consistency, Duration timeLimit) {
        this.session = session;
        this.consistency = consistency;
        this.timeLimit = timeLimit;
    }

    Duration timeLimit() {
        return timeLimit;
    }

    /** Whether the session will never take a call again. */
    boolean isClosed() {
        return session.isClosed();
    }

    PreparedStatement prepare(String cql) {
        return session.prepare(cql);
    }

    /** A write that the servers vote on; after two thirds of the time there must be some left to find out what came of it. */
    CompletionStage<AsyncResultSet> decide(BoundStatement write) {
        return execute(write.setIdempotent(false)
                .setSerialConsistencyLevel(consistency.serial())
                .setConsistencyLevel(consistency.majority())
                .setTimeout(timeLimit.multipliedBy(2).dividedBy(3)));
    }

    /** A write of what nobody ever writes on a condition, and which can be made again. */
    CompletionStage<AsyncResultSet> write(Statement<?> write) {
        return execute(write.setIdempotent(true)
                .setConsistencyLevel(consistency.majority())
                .setTimeout(timeLimit.multipliedBy(2).dividedBy(3)));
    }

    /** Reads what was decided last, after the servers have settled what is still being voted on. */
    CompletionStage<AsyncResultSet> readLatest(BoundStatement read) {
        return execute(read.setIdempotent(true)
                .setConsistencyLevel(consistency.serial())
                .setTimeout(timeLimit.dividedBy(3)));
    }

    /** Reads what a majority has, which includes all that was acknowledged. */
    CompletionStage<AsyncResultSet> readMajority(Statement<?> read) {
        return execute(read.setIdempotent(true)
                .setConsistencyLevel(consistency.majority())
                .setTimeout(timeLimit.dividedBy(2)));
    }

    /** Reads what a majority of this data centre has: enough for what is finished, but that another one may have erased its answer. */
    CompletionStage<AsyncResultSet> readNear(BoundStatement read) {
        return execute(read.setIdempotent(true)
                .setConsistencyLevel(DefaultConsistencyLevel.LOCAL_QUORUM)
                .setTimeout(timeLimit.dividedBy(2)));
    }

    private CompletionStage<AsyncResultSet> execute(Statement<?> statement) {
        try {
            return session.executeAsync(statement);
        } catch (IllegalStateException e) {
            return CompletableFuture.failedFuture(new SessionClosedException(e));
        }
    }
}
