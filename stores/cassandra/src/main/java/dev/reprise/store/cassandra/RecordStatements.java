package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.data.CqlDuration;
import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is asked about records, and the conditional writes that change them.
 *
 * <p>Times are those of the server that decides ({@code currentTimestamp()}), and durations are kept beside them (S28). A lease that
 * is to be over is compared with the one that was read, by its start and length: it was over then, and is the same. A finished or
 * released record is written as a whole with its time to live, and what is not part of it is set to null, since a cell that never
 * expires would keep the row.
 */
final class RecordStatements {
    private static final String HEAD = "principal, route, idempotency_key, fencing_token, state, attempt, created_at, "
            + "fingerprint_version, fingerprint, owner, lease_start, lease_millis, ended_at, reason, retention_millis, response, "
            + "body_parts, currentTimestamp() AS now";
    private static final String WHERE = " WHERE principal = ? AND route = ? AND idempotency_key = ? ";
    private static final String CLAIMED = "SET fencing_token = ?, fingerprint_version = ?, fingerprint = ?, owner = ?, "
            + "lease_millis = ?, state = 'RUNNING'";
    private static final String FINISHED =
            " SET fencing_token = ?, attempt = ?, fingerprint_version = ?, fingerprint = ?, "
                    + "retention_millis = ?, response = ?, body = ?, body_parts = ?, state = 'COMPLETED', ended_at = currentTimestamp(), "
                    + "owner = null, lease_start = null, lease_millis = null, reason = null, created_at = ";
    private static final String UNKNOWN =
            " SET reason = ?, state = 'UNKNOWN', ended_at = currentTimestamp(), lease_start = currentTimestamp(), lease_millis = 0";
    private static final String OPEN = "IF fencing_token = ? AND state IN ('RUNNING', 'UNKNOWN')";
    private static final String SAME_LEASE =
            "IF fencing_token = ? AND state = ? AND lease_start = ? AND lease_millis = ?";

    private final PreparedStatement find;
    private final PreparedStatement claimNew;
    private final PreparedStatement claimOver;
    private final PreparedStatement takeOver;
    private final PreparedStatement renew;
    private final PreparedStatement complete;
    private final PreparedStatement completeAged;
    private final PreparedStatement release;
    private final PreparedStatement fence;
    private final PreparedStatement park;
    private final PreparedStatement parkAbandoned;
    private final PreparedStatement startReconciling;
    private final PreparedStatement eraseAnswer;
    private final PreparedStatement scan;
    private final PreparedStatement scanKey;

    RecordStatements(CqlAccess access, CqlTables tables) {
        String table = tables.operation();
        String update = "UPDATE " + table + " ";
        String finish = "UPDATE " + table + " USING TTL ?";
        find = access.prepare("SELECT " + HEAD + ", body FROM " + table + WHERE);
        claimNew = access.prepare(update + CLAIMED + ", attempt = 1, created_at = currentTimestamp()" + WHERE
                + "IF fencing_token = null");
        claimOver = access.prepare(update + CLAIMED + ", attempt = 1, created_at = currentTimestamp(), "
                + "lease_start = null, ended_at = null, reason = null, retention_millis = null, response = null, "
                + "body = null, body_parts = null" + WHERE + "IF fencing_token = ? AND state = ?");
        takeOver = access.prepare(update + CLAIMED + ", attempt = ?, lease_start = currentTimestamp(), "
                + "ended_at = null, reason = null" + WHERE + SAME_LEASE);
        renew = access.prepare(update + "SET lease_start = currentTimestamp(), lease_millis = ?" + WHERE
                + "IF fencing_token = ? AND state = 'RUNNING'");
        complete = access.prepare(finish + FINISHED + "?" + WHERE + OPEN);
        completeAged = access.prepare(finish + FINISHED + "currentTimestamp() - (duration)?" + WHERE + OPEN);
        release = access.prepare(finish + " SET fencing_token = ?, state = 'RELEASED', attempt = null, "
                + "created_at = null, fingerprint_version = null, fingerprint = null, owner = null, "
                + "lease_start = null, lease_millis = null, ended_at = null, reason = null" + WHERE + OPEN);
        fence = access.prepare(
                finish + " SET fencing_token = ?, state = 'RELEASED'" + WHERE + "IF fencing_token = null");
        park = access.prepare(update + UNKNOWN + WHERE + "IF fencing_token = ? AND state = 'RUNNING'");
        parkAbandoned = access.prepare(update + UNKNOWN + WHERE + SAME_LEASE);
        startReconciling =
                access.prepare(update + "SET lease_start = currentTimestamp(), lease_millis = ?" + WHERE + SAME_LEASE);
        eraseAnswer = access.prepare(finish + " SET response = ?, body = null, body_parts = null" + WHERE
                + "IF fencing_token = ? AND state = 'COMPLETED'");
        String within =
                "token(principal, route, idempotency_key) > ? AND token(principal, route, idempotency_key) <= ?";
        scan = access.prepare("SELECT " + HEAD + " FROM " + table + " WHERE " + within);
        scanKey = access.prepare(
                "SELECT " + HEAD + " FROM " + table + " WHERE " + within + " AND idempotency_key = ? ALLOW FILTERING");
    }

    BoundStatement find(OperationId id) {
        return bind(find, id, List.of());
    }

    /** For a key of which nothing is there. */
    BoundStatement claimNew(Claim claim, FencingToken token) {
        return bind(claimNew, values(claimed(claim, token), claim.id(), List.of()));
    }

    /** In place of a record that was released or has expired. */
    BoundStatement claimOver(Claim claim, FencingToken token, Seen ended) {
        return bind(
                claimOver,
                values(claimed(claim, token), claim.id(), Arrays.asList(number(ended.token()), ended.state())));
    }

    /** In place of an owner whose lease is over, or of one who left the operation unknown. */
    BoundStatement takeOver(Claim claim, FencingToken token, int attempt, Seen left) {
        List<@Nullable Object> set = claimed(claim, token);
        set.add(attempt);
        return bind(takeOver, values(set, claim.id(), sameLease(left)));
    }

    private static List<@Nullable Object> claimed(Claim claim, FencingToken token) {
        return new ArrayList<>(Arrays.asList(
                number(token),
                claim.fingerprint().version(),
                ByteBuffer.wrap(claim.fingerprint().digest()),
                text(claim.owner()),
                millis(claim.lease())));
    }

    BoundStatement renew(Lease lease) {
        return bind(renew, values(List.of(millis(lease.length())), lease.id(), List.of(number(lease.token()))));
    }

    /**
     * What a completion writes.
     *
     * @param createdAt as the record says; null if the age is known instead
     * @param age for how long the operation has been there
     */
    record Completion(
            RequestFingerprint fingerprint,
            @Nullable Instant createdAt,
            Duration age,
            Duration retention,
            StoredResponse response) {}

    BoundStatement complete(Lease lease, Completion completion) {
        StoredResponse response = completion.response();
        List<@Nullable Object> set = Arrays.asList(
                Grace.seconds(completion.retention()),
                number(lease.token()),
                lease.attempt(),
                completion.fingerprint().version(),
                ByteBuffer.wrap(completion.fingerprint().digest()),
                millis(completion.retention()),
                response.head(),
                response.inlineBody(),
                response.parts() == 0 ? null : response.parts(),
                completion.createdAt() == null
                        ? CqlDuration.newInstance(0, 0, millis(completion.age()) * 1_000_000L)
                        : completion.createdAt());
        return bind(
                completion.createdAt() == null ? completeAged : complete,
                values(set, lease.id(), List.of(number(lease.token()))));
    }

    BoundStatement release(Lease lease) {
        return bind(
                release,
                values(
                        List.of(Grace.seconds(Duration.ZERO), number(lease.token())),
                        lease.id(),
                        List.of(number(lease.token()))));
    }

    /** Leaves, where nothing is, what a claim that is still on its way does not get past. */
    BoundStatement fence(OperationId id, FencingToken token) {
        return bind(fence, values(List.of(Grace.seconds(Duration.ZERO), number(token)), id, List.of()));
    }

    BoundStatement park(Lease lease, String reason) {
        return bind(park, values(List.of(reason), lease.id(), List.of(number(lease.token()))));
    }

    BoundStatement parkAbandoned(OperationId id, String reason, Seen abandoned) {
        return bind(parkAbandoned, values(List.of(reason), id, sameLease(abandoned)));
    }

    BoundStatement startReconciling(OperationId id, Duration turn, Seen unknown) {
        return bind(startReconciling, values(List.of(millis(turn)), id, sameLease(unknown)));
    }

    /** What is written expires with the rest of the record, or a little later. */
    BoundStatement eraseAnswer(OperationRecord finished, StoredResponse left, Duration remaining) {
        return bind(
                eraseAnswer,
                values(
                        List.of(Grace.seconds(remaining), left.head()),
                        finished.id(),
                        List.of(number(finished.token()))));
    }

    /** The records of a part of the ring, without bodies; those of one key if one is given. */
    BoundStatement scan(long after, long upTo, @Nullable String key) {
        return key == null ? scan.bind(after, upTo) : scanKey.bind(after, upTo, key);
    }

    private static List<@Nullable Object> sameLease(Seen seen) {
        return Arrays.asList(number(seen.token()), seen.state(), seen.leaseStart(), seen.leaseMillis());
    }

    private static BoundStatement bind(PreparedStatement statement, OperationId id, List<@Nullable Object> condition) {
        return bind(statement, values(List.of(), id, condition));
    }

    private static BoundStatement bind(PreparedStatement statement, List<@Nullable Object> values) {
        return statement.bind(values.toArray());
    }

    private static List<@Nullable Object> values(
            List<? extends @Nullable Object> set, OperationId id, List<? extends @Nullable Object> condition) {
        List<@Nullable Object> values = new ArrayList<>(set);
        values.add(id.scope().principal());
        values.add(id.scope().route());
        values.add(id.key().value());
        values.addAll(condition);
        return values;
    }

    private static Long number(FencingToken token) {
        return token.value();
    }

    static String text(Owner owner) {
        return owner.node() + '#' + owner.claim();
    }

    static long millis(Duration duration) {
        return duration.plusNanos(999_999).toMillis();
    }
}
