package dev.reprise.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Completed;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bodies that are kept in parts. */
@ExtendWith(SharedCassandra.class)
class LargeBodyTest {
    private static CassandraStore open(CqlSession session) {
        return CassandraStore.over(session)
                .keyspace(CassandraSessions.KEYSPACE)
                .timeLimit(Duration.ofSeconds(20))
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
        }
    }
}
