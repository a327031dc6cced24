package dev.reprise.store.jdbc;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.StoreException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What the columns of a record mean. Times are microseconds since 1970 by the database's clock (S28). */
final class RecordRows {
    static final int RUNNING = 1;
    static final int COMPLETED = 2;
    static final int UNKNOWN = 3;

    /** What {@link #read} reads, followed by the database's time. */
    static final String COLUMNS = "id, idempotency_key, principal, route, fingerprint_version, fingerprint, token, "
            + "attempt, created_at, state, lease_end, ended_at, expires_at, owner_node, owner_claim, status, headers, "
            + "trailers, body, reason";

    /** Longer bodies are not read together with others. */
    static final int SHORT = 64 << 10;

    /** What {@link #readShort} reads. */
    static final String SHORT_COLUMNS =
            COLUMNS.replace("body", "CASE WHEN OCTET_LENGTH(body) <= " + SHORT + " THEN body END")
                    + ", {now}, OCTET_LENGTH(body)";

    /** What {@link #read} reads where nobody wants the bodies. */
    static final String COLUMNS_WITHOUT_BODY = COLUMNS.replace("body", "NULL");

    private RecordRows() {}

    static int number(OperationState.Kind kind) {
        return switch (kind) {
            case RUNNING -> RUNNING;
            case COMPLETED -> COMPLETED;
            case UNKNOWN -> UNKNOWN;
        };
    }

    private static OperationState.Kind kind(int number) {
        return switch (number) {
            case RUNNING -> OperationState.Kind.RUNNING;
            case COMPLETED -> OperationState.Kind.COMPLETED;
            case UNKNOWN -> OperationState.Kind.UNKNOWN;
            default -> throw StoreException.unreadable("A record is in the unknown state " + number, null);
        };
    }

    /** Longer durations count as this one, so that no sum with the time overflows. */
    private static final Duration LONGEST = Duration.ofDays(365_000);

    static long micros(Duration chosen) {
        Duration duration = chosen.compareTo(LONGEST) < 0 ? chosen : LONGEST;
        return duration.toSeconds() * 1_000_000 + (duration.toNanosPart() + 999) / 1_000;
    }

    static Instant time(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1_000L);
    }

    /** All rows, expired ones included. */
    static Map<RowKey, Existing> readAll(ResultSet rows) throws SQLException {
        Map<RowKey, Existing> found = new LinkedHashMap<>();
        while (rows.next()) {
            found.put(RowKey.of(rows.getBytes(1)), read(rows));
        }
        return found;
    }

    /** All rows; nothing for those with a longer body, of which it is not read. */
    static Map<RowKey, Optional<Existing>> readShort(ResultSet rows) throws SQLException {
        Map<RowKey, Optional<Existing>> found = new LinkedHashMap<>();
        while (rows.next()) {
            found.put(
                    RowKey.of(rows.getBytes(1)), rows.getInt(22) > SHORT ? Optional.empty() : Optional.of(read(rows)));
        }
        return found;
    }

    /**
     * The row that is next.
     *
     * @throws StoreException if it is none that this release reads
     */
    static Existing read(ResultSet row) throws SQLException {
        try {
            return existing(row);
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            throw StoreException.unreadable("A record is damaged, or was written by a newer release", e);
        }
    }

    private static Existing existing(ResultSet row) throws SQLException {
        OperationId id =
                new OperationId(new Scope(row.getString(3), row.getString(4)), new IdempotencyKey(row.getString(2)));
        OperationRecord record = new OperationRecord(
                id,
                new RequestFingerprint(row.getInt(5), row.getBytes(6)),
                new FencingToken(row.getLong(7)),
                row.getInt(8),
                time(row.getLong(9)),
                state(row));
        return new Existing(record, time(row.getLong(21)));
    }

    private static OperationState state(ResultSet row) throws SQLException {
        return switch (kind(row.getInt(10))) {
            case RUNNING -> new Running(owner(row), time(row.getLong(11)));
            case COMPLETED -> new Completed(response(row), time(row.getLong(12)), time(row.getLong(13)));
            case UNKNOWN -> {
                long since = row.getLong(12);
                String reason = Objects.requireNonNullElse(row.getString(20), "");
                yield new Unknown(reason, time(since), time(Math.max(since, row.getLong(11))), owner(row));
            }
        };
    }

    private static Owner owner(ResultSet row) throws SQLException {
        return new Owner(row.getString(14), row.getLong(15));
    }

    private static Response response(ResultSet row) throws SQLException {
        byte[] body = row.getBytes(19);
        return new Response(
                row.getInt(16),
                HeaderText.parse(row.getString(17)),
                body == null ? Body.OMITTED : Body.of(body),
                HeaderText.parse(row.getString(18)));
    }

    /**
     * Whose a record is and where it stands.
     *
     * @param token of its latest owner
     * @param kind where it stands
     */
    record TokenAndState(FencingToken token, OperationState.Kind kind) {
        /** What {@link #readAll} reads. */
        static final String COLUMNS = "id, token, state";

        static Map<RowKey, TokenAndState> readAll(ResultSet rows) throws SQLException {
            Map<RowKey, TokenAndState> found = new LinkedHashMap<>();
            while (rows.next()) {
                found.put(RowKey.of(rows.getBytes(1)), read(rows));
            }
            return found;
        }

        /** The row that is next. */
        static TokenAndState read(ResultSet row) throws SQLException {
            return new TokenAndState(new FencingToken(row.getLong(2)), RecordRows.kind(row.getInt(3)));
        }
    }
}
