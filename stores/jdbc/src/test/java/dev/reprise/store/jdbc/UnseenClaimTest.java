package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.Lease;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A store that expects a claim to be of a new operation, and is wrong: another process was there first. */
@ExtendWith(SharedServers.class)
class UnseenClaimTest {
    private static final Duration DAY = Duration.ofDays(1);

    private final HikariDataSource pool;
    private final JdbcStore other;
    private final JdbcStore store;

    UnseenClaimTest(PostgresServer server) {
        pool = Databases.postgres(server);
        other = JdbcStore.over(pool).open();
        store = JdbcStore.over(pool).cacheBytes(1 << 20).open();
    }

    @BeforeEach
    void the_store_sees_nothing_but_new_operations() {
        for (int i = 0; i < Novelty.ENOUGH; i++) {
            acquire(store, "new-" + i);
        }
    }

    @AfterEach
    void close() {
        store.close();
        other.close();
        pool.close();
    }

    private static Lease acquire(JdbcStore store, String key) {
        return ((Acquired) store.acquire(TransactionalContract.claim(key))).lease();
    }

    private static Existing meet(JdbcStore store, String key) {
        return (Existing) store.acquire(TransactionalContract.claim(key));
    }

    private static Response response(int bytes) {
        return new Response(201, Headers.EMPTY, Body.of(new byte[bytes]));
    }

    @Test
    void a_finished_operation_is_found_and_the_next_claims_look_first() {
        Response response = response(2 * RecordRows.SHORT);
        other.complete(acquire(other, "k"), response, DAY);
        long commits = store.statistics().commits();

        assertThat(meet(store, "k").record().state())
                .isInstanceOfSatisfying(
                        Completed.class,
                        completed -> assertThat(completed.response()).isEqualTo(response));
        assertThat(store.statistics().commits()).as("tried without a look").isEqualTo(commits + 1);

        other.complete(acquire(other, "l"), response, DAY);
        assertThat(meet(store, "l").record().state()).isInstanceOf(Completed.class);
        assertThat(store.statistics().commits()).as("looked first").isEqualTo(commits + 1);
    }

    @Test
    void a_running_operation_is_left_to_its_owner_S16() {
        Lease lease = acquire(other, "k");

        Existing met = meet(store, "k");

        assertThat(met.record().token()).isEqualTo(lease.token());
        assertThat(met.record().state()).isInstanceOf(Running.class);
    }

    @Test
    void an_expired_operation_is_begun_anew_under_a_greater_token_S23_S27() {
        Lease former = acquire(other, "k");
        other.complete(former, response(1), Duration.ofMillis(1));
        Databases.elapse(pool, DAY);

        assertThat(acquire(store, "k").token()).isGreaterThan(former.token());
    }

    @Test
    void an_abandoned_operation_is_taken_over_under_a_greater_token_S27() {
        Lease former = acquire(other, "k");
        Databases.elapse(pool, DAY);

        Acquired taken =
                (Acquired) store.acquire(TransactionalContract.claim("k").takingOverFrom(former.token()));

        assertThat(taken.lease().token()).isGreaterThan(former.token());
    }
}
