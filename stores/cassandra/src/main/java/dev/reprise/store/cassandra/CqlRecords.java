package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
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

    /** A record that was seen, with a body that is kept elsewhere. */
    CompletionStage<OperationRecord> whole(OperationRecord record, int bodyParts) {
        if (bodyParts == 0 || !(record.state() instanceof Completed completed)) {
            return CompletableFuture.completedFuture(record);
        }
        return bodies.read(record.id(), record.token(), bodyParts)
                .thenApply(body -> record.with(new Completed(
                        completed.response().withBody(body), completed.completedAt(), completed.expiresAt())));
    }

    private static Seen first(AsyncResultSet rows) {
        return SeenRows.seen(rows.one());
    }
}
