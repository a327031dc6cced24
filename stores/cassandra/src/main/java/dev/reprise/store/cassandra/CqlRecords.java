package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.spi.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The records as they can be read. Thread-safe. */
final class CqlRecords {
    private final CqlAccess access;
    private final RecordStatements statements;
    private final Bodies bodies;

    CqlRecords(CqlAccess access, RecordStatements statements, Bodies bodies) {
        this.access = access;
        this.statements = statements;
        this.bodies = bodies;
    }

    CqlAccess access() {
        return access;
    }

    RecordStatements statements() {
        return statements;
    }

    Bodies bodies() {
        return bodies;
    }

    /** What was decided last. */
    CompletionStage<Seen> latest(OperationId id) {
        return access.readLatest(statements.find(id)).thenApply(CqlRecords::first);
    }

    /** What a majority of this data centre has: right if it is final, up to an erasure that is still on its way here. */
    CompletionStage<Seen> near(OperationId id) {
        return access.readNear(statements.find(id)).thenApply(CqlRecords::first);
    }

    /** What includes all that was acknowledged. */
    CompletionStage<Seen> majority(OperationId id) {
        return access.readMajority(statements.find(id)).thenApply(CqlRecords::first);
    }

    /**
     * A record that was seen, with a body that is kept elsewhere. If a part is missing, the record is looked at again: its answer may
     * have been erased after it was seen.
     */
    CompletionStage<OperationRecord> whole(OperationRecord record, int bodyParts) {
        if (bodyParts == 0 || !(record.state() instanceof Completed completed)) {
            return CompletableFuture.completedFuture(record);
        }
        return bodies.read(record.id(), record.token(), bodyParts)
                .thenApply(body -> record.with(new Completed(
                        completed.response().withBody(body), completed.completedAt(), completed.expiresAt())))
                .exceptionallyCompose(failure -> erased(record, DriverFailures.unwrapped(failure)));
    }

    private CompletionStage<OperationRecord> erased(OperationRecord record, Throwable failure) {
        return failure instanceof StoreException missing && missing.isUnreadable()
                ? latest(record.id()).thenApply(seen -> withoutParts(seen, record.token(), missing))
                : CompletableFuture.failedFuture(failure);
    }

    private static OperationRecord withoutParts(Seen seen, FencingToken token, StoreException missing) {
        OperationRecord present = seen.present();
        if (present == null || !seen.has(token) || seen.bodyParts() > 0) {
            throw missing;
        }
        return present;
    }

    private static Seen first(AsyncResultSet rows) {
        return SeenRows.seen(rows.one());
    }
}
