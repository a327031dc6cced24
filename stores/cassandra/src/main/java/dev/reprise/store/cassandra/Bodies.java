package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.spi.StoreException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Bodies that are too large for a conditional write. They are written before the record says that they are there, under its token, so
 * by one owner only and always with the same bytes; plain writes are enough for that. They stay a little longer than the record.
 */
final class Bodies {
    private static final Duration LONGER = Duration.ofHours(1);
    private static final int PARTS_IN_A_PAGE = 4;

    private final CqlAccess access;
    private final PreparedStatement insert;
    private final PreparedStatement select;
    private final PreparedStatement delete;

    Bodies(CqlAccess access, CqlTables tables) {
        this.access = access;
        insert = access.prepare(
                "INSERT INTO " + tables.body()
                        + " (principal, route, idempotency_key, fencing_token, part, content) VALUES (?, ?, ?, ?, ?, ?) USING TTL ?");
        String ofRecord = " WHERE principal = ? AND route = ? AND idempotency_key = ? AND fencing_token = ?";
        select = access.prepare("SELECT content FROM " + tables.body() + ofRecord);
        delete = access.prepare("DELETE FROM " + tables.body() + " USING TIMESTAMP ?" + ofRecord);
    }

    /** Writes the parts of a body, if it has any, one after the other. */
    CompletionStage<Boolean> write(OperationId id, FencingToken token, StoredResponse response, Duration retention) {
        CompletionStage<Boolean> written = CompletableFuture.completedFuture(true);
        int seconds = Grace.seconds(retention.plus(LONGER));
        for (int i = 0; i < response.parts(); i++) {
            int part = i;
            written = written.thenCompose(ignored -> access.write(insert.bind(
                            id.scope().principal(),
                            id.scope().route(),
                            id.key().value(),
                            token.value(),
                            part,
                            response.part(part),
                            seconds)))
                    .thenApply(ignored -> true);
        }
        return written;
    }

    /** Fails as one that cannot be read if a part is missing. */
    CompletionStage<Body> read(OperationId id, FencingToken token, int parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(parts * StoredResponse.PART_BYTES);
        return access.readMajority(select.bind(
                                id.scope().principal(),
                                id.scope().route(),
                                id.key().value(),
                                token.value())
                        .setPageSize(PARTS_IN_A_PAGE))
                .thenCompose(page -> append(page, bytes, 0))
                .thenApply(found -> {
                    if (found != parts) {
                        throw StoreException.unreadable(
                                id + " has " + found + " of the " + parts
                                        + " parts of its body; repair the table of bodies",
                                null);
                    }
                    return Body.of(bytes.toByteArray());
                });
    }

    /** Deletes the parts of a body of which the record does not speak any more, also if the clock of whoever wrote them is ahead. */
    CompletionStage<Boolean> delete(OperationId id, FencingToken token) {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now().plus(Grace.LENGTH));
        return access.write(delete.bind(
                        micros,
                        id.scope().principal(),
                        id.scope().route(),
                        id.key().value(),
                        token.value()))
                .thenApply(ignored -> true);
    }

    private static CompletionStage<Integer> append(AsyncResultSet page, ByteArrayOutputStream bytes, int before) {
        int found = before;
        for (Row row : page.currentPage()) {
            ByteBuffer content = Objects.requireNonNull(row.getByteBuffer("content"), "content");
            bytes.writeBytes(SeenRows.bytes(content));
            found++;
        }
        int so = found;
        return page.hasMorePages()
                ? page.fetchNextPage().thenCompose(next -> append(next, bytes, so))
                : CompletableFuture.completedFuture(so);
    }
}
