package dev.reprise.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bodies that are kept in parts, and records that cannot be read. */
@ExtendWith(SharedCassandra.class)
class LargeBodyTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static CassandraStore open(CqlSession session) {
        return CassandraStore.over(session)
                .keyspace(CassandraSessions.KEYSPACE)
                .timeLimit(LIMIT)
                .open();
    }

    private static Claim claim(OperationId id, long number) {
        return new Claim(
                id,
                new RequestFingerprint(1, new byte[] {1}),
                new Owner("large-body", number),
                Duration.ofSeconds(30),
                FencingToken.NONE);
    }

    private static Response completed(CassandraStore store, OperationId id, int bytes) {
        byte[] body = new byte[bytes];
        new Random(bytes).nextBytes(body);
        Response response = new Response(200, Headers.of("X-Size", "" + bytes), Body.of(body));
        Acquisition.Acquired acquired = (Acquisition.Acquired) store.acquire(claim(id, bytes));
        assertThat(store.complete(acquired.lease(), response, Duration.ofMinutes(10)))
                .isEqualTo(LeaseStatus.HELD);
        return response;
    }

    @Test
    void come_back_whole_at_the_limit_and_far_beyond(CqlSession session) {
        try (CassandraStore store = open(session)) {
            for (int bytes : new int[] {
                StoredResponse.PART_BYTES, StoredResponse.PART_BYTES + 1, 9 * StoredResponse.PART_BYTES, 5_000_003
            }) {
                OperationId id = Transfers.id("large-" + bytes);
                Response response = completed(store, id, bytes);

                assertThat(((Completed) store.find(id).orElseThrow().state()).response())
                        .isEqualTo(response);
                Acquisition.Existing existing = (Acquisition.Existing) store.acquire(claim(id, 0));
                assertThat(((Completed) existing.record().state()).response()).isEqualTo(response);
            }
        }
    }

    @Test
    void of_which_a_part_is_lost_are_not_replayed(CqlSession session) {
        try (CassandraStore store = open(session)) {
            OperationId id = Transfers.id("damaged");
            completed(store, id, 3 * StoredResponse.PART_BYTES);
            long token = store.find(id).orElseThrow().token().value();
            CassandraSessions.execute(
                    session,
                    "DELETE FROM contract.reprise_body WHERE principal = 'alice' AND route = '/transfers' AND "
                            + "idempotency_key = 'damaged' AND fencing_token = " + token + " AND part = 1");

            assertThatThrownBy(() -> store.find(id))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("2 of the 3 parts");
            assertThatThrownBy(() -> store.acquire(claim(id, 1)))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("2 of the 3 parts");
            assertNotExecuted(store, id);
        }
    }

    @Test
    void whose_answer_is_erased_while_they_are_read_are_left_out(CqlSession session) {
        try (CassandraStore store = open(session)) {
            OperationId id = Transfers.id("erased-meanwhile");
            completed(store, id, 3 * StoredResponse.PART_BYTES);
            CqlRecords records = CassandraSessions.records(session, LIMIT);
            Seen seen = Awaited.read(records.near(id), LIMIT);
            OperationRecord before = Objects.requireNonNull(seen.present());

            assertThat(store.eraseAnswer(id, before.token())).isTrue();

            OperationRecord whole = Awaited.read(records.whole(before, seen.bodyParts()), LIMIT);
            assertThat(whole).isEqualTo(store.find(id).orElseThrow());
            assertThat(((Completed) whole.state()).response().body().isOmitted())
                    .isTrue();
        }
    }

    @Test
    void a_record_of_a_newer_release_is_not_executed_again(CqlSession session) {
        try (CassandraStore store = open(session)) {
            OperationId id = Transfers.id("newer");
            store.acquire(claim(id, 1));
            setState(session, "newer", "NEWER");

            assertThatThrownBy(() -> store.find(id)).hasMessageContaining("The state NEWER is not known");
            assertNotExecuted(store, id);
            // Nobody could list the others otherwise.
            setState(session, "newer", "RUNNING");
        }
    }

    private static void setState(CqlSession session, String key, String state) {
        CassandraSessions.execute(
                session,
                "UPDATE contract.reprise_operation SET state = '" + state + "' WHERE principal = 'alice' AND "
                        + "route = '/transfers' AND idempotency_key = '" + key + "' IF EXISTS");
    }

    /** Not even where that was chosen for a store that does not answer. */
    private static void assertNotExecuted(CassandraStore store, OperationId id) {
        Operation operation = new Operation(
                id,
                RequestFingerprint.Source.of(new RequestFingerprint(1, new byte[] {1})),
                OperationPolicy.DEFAULT.withStoreFailure(OperationPolicy.StoreFailure.FAIL_OPEN));
        try (IdempotencyEngine engine = IdempotencyEngine.over(store).build()) {
            assertThat(engine.execute(operation, execution -> {
                        throw new AssertionError("executed");
                    }))
                    .isInstanceOf(Answer.Reject.class);
        }
    }
}
