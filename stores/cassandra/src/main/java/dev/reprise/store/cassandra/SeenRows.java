package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.cql.Row;
import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.support.ResponseCodec;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the rows of records. */
final class SeenRows {
    private SeenRows() {}

    static Seen seen(@Nullable Row row) {
        String state = row == null ? null : row.getString("state");
        if (row == null || state == null) {
            return Seen.NOTHING;
        }
        try {
            return seen(row, state);
        } catch (RuntimeException e) {
            throw StoreException.unreadable(
                    "The record of " + id(row) + " is damaged, or was written by a newer release: " + e.getMessage(),
                    e);
        }
    }

    private static Seen seen(Row row, String state) {
        FencingToken token = new FencingToken(row.getLong("fencing_token"));
        return new Seen(
                state.equals("RELEASED") ? null : record(row, token, state),
                token,
                state,
                row.getInstant("lease_start"),
                row.get("lease_millis", Long.class),
                row.getInt("body_parts"),
                instant(row, "now"));
    }

    private static OperationRecord record(Row row, FencingToken token, String state) {
        OperationId id = id(row);
        Instant createdAt = instant(row, "created_at");
        return new OperationRecord(
                id,
                new RequestFingerprint(row.getInt("fingerprint_version"), bytes(row, "fingerprint")),
                token,
                row.getInt("attempt"),
                createdAt,
                switch (state) {
                    case "RUNNING" -> running(row, createdAt);
                    case "UNKNOWN" -> unknown(row);
                    case "COMPLETED" -> completed(row);
                    default -> throw new IllegalArgumentException("The state " + state + " is not known");
                });
    }

    static OperationId id(Row row) {
        return new OperationId(
                new Scope(text(row, "principal"), text(row, "route")),
                new IdempotencyKey(text(row, "idempotency_key")));
    }

    private static OperationState running(Row row, Instant createdAt) {
        Instant start = row.getInstant("lease_start");
        return new OperationState.Running(
                owner(row), (start == null ? createdAt : start).plusMillis(row.getLong("lease_millis")));
    }

    private static Owner owner(Row row) {
        String owner = text(row, "owner");
        int separator = owner.lastIndexOf('#');
        return new Owner(owner.substring(0, separator), Long.parseLong(owner.substring(separator + 1)));
    }

    private static OperationState unknown(Row row) {
        Instant since = instant(row, "ended_at");
        long turn = row.getLong("lease_millis");
        return new OperationState.Unknown(
                text(row, "reason"),
                since,
                turn == 0 ? since : instant(row, "lease_start").plusMillis(turn),
                owner(row));
    }

    private static OperationState completed(Row row) {
        Instant at = instant(row, "ended_at");
        return new OperationState.Completed(response(row), at, at.plusMillis(row.getLong("retention_millis")));
    }

    /** With the body, if that was asked for and is not elsewhere. */
    private static Response response(Row row) {
        Response head = ResponseCodec.decode(bytes(row, "response"));
        if (!row.getColumnDefinitions().contains("body")) {
            return head.withBody(Body.OMITTED);
        }
        ByteBuffer body = row.getByteBuffer("body");
        return body == null ? head : head.withBody(Body.of(bytes(body)));
    }

    private static String text(Row row, String column) {
        return Objects.requireNonNull(row.getString(column), column);
    }

    private static Instant instant(Row row, String column) {
        return Objects.requireNonNull(row.getInstant(column), column);
    }

    private static byte[] bytes(Row row, String column) {
        return bytes(Objects.requireNonNull(row.getByteBuffer(column), column));
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
