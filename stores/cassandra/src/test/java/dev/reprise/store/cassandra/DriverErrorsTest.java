package dev.reprise.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.OperationQuery;
import dev.reprise.testkit.CassandraNodes;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The driver throws what it never should: whoever is concerned learns of it, and nobody after that. */
@ExtendWith(SharedCassandra.class)
class DriverErrorsTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final AtomicReference<@Nullable Consumer<String>> fault = new AtomicReference<>();

    private CassandraStore open(CqlSession session) {
        CqlSession watched = WatchedSession.of(session, statement -> {
            Consumer<String> chosen = fault.get();
            if (chosen != null) {
                chosen.accept(statement);
            }
        });
        return CassandraStore.over(watched)
                .keyspace(CassandraSessions.KEYSPACE)
                .timeLimit(LIMIT)
                .open();
    }

    private static Claim claim(OperationId id, long number) {
        return new Claim(
                id,
                new RequestFingerprint(1, new byte[] {1}),
                new Owner("driver-errors", number),
                Duration.ofSeconds(30),
                FencingToken.NONE);
    }

    /** Throws at the next statement that begins like that, once. */
    private void throwAt(String beginning) {
        fault.set(statement -> {
            if (statement.startsWith(beginning)) {
                fault.set(null);
                throw new StackOverflowError("in this test");
            }
        });
    }

    @Test
    void an_error_before_a_claim_fails_that_one_alone(CqlSession session) {
        try (CassandraStore store = open(session)) {
            OperationId id = Transfers.id("error-before");
            throwAt("SELECT");

            assertThatThrownBy(() -> store.acquire(claim(id, 1))).hasRootCauseInstanceOf(StackOverflowError.class);

            assertThat(store.acquire(claim(id, 2))).isInstanceOf(Acquisition.Acquired.class);
        }
    }

    @Test
    void an_error_behind_a_claim_fails_those_that_wait_and_none_that_come_later(CqlSession session) {
        try (CassandraStore store = open(session)) {
            OperationId id = Transfers.id("error-behind");
            CompletableFuture<CompletableFuture<Acquisition>> second = new CompletableFuture<>();
            fault.set(statement -> {
                if (statement.startsWith("UPDATE")) {
                    // The first claim is on its way, so this one waits behind it.
                    fault.set(null);
                    second.complete(store.acquireAsync(claim(id, 2)).toCompletableFuture());
                    throwAt("SELECT");
                }
            });

            assertThat(store.acquire(claim(id, 1))).isInstanceOf(Acquisition.Acquired.class);

            assertThat(second.join())
                    .failsWithin(LIMIT)
                    .withThrowableOfType(ExecutionException.class)
                    .havingRootCause()
                    .isInstanceOf(StackOverflowError.class);
            assertThat(store.acquire(claim(id, 3))).isInstanceOf(Acquisition.Existing.class);
        }
    }

    @Test
    void an_error_in_the_list_of_what_runs_leaves_one_entry_out_and_no_others(CqlSession session) {
        try (CassandraStore store = open(session)) {
            throwAt("INSERT");

            assertThat(store.acquire(claim(Transfers.id("unlisted"), 1))).isInstanceOf(Acquisition.Acquired.class);
            assertThat(fault.get()).isNull();

            OperationId next = Transfers.id("listed");
            assertThat(store.acquire(claim(next, 2))).isInstanceOf(Acquisition.Acquired.class);
            assertThat(isListed(store, next)).isTrue();
        }
    }

    private static boolean isListed(CassandraStore store, OperationId id) {
        OperationQuery query = OperationQuery.of(EnumSet.of(OperationState.Kind.RUNNING), 100);
        OperationQuery.Page<OperationRecord> page = store.list(query);
        while (page.items().stream().noneMatch(record -> record.id().equals(id)) && page.next() != null) {
            page = store.list(query.from(Objects.requireNonNull(page.next())));
        }
        return page.items().stream().anyMatch(record -> record.id().equals(id));
    }

    @Test
    void a_session_that_was_closed_under_the_store_is_a_problem(CassandraNodes nodes) {
        CqlSession session = CassandraSessions.open(nodes);
        try (CassandraStore store = CassandraStore.over(session)
                .keyspace(CassandraSessions.KEYSPACE)
                .open()) {
            assertThat(store.problems()).isEmpty();
            session.close();
            assertThat(store.problems()).containsExactly("The session with Cassandra is closed");
        } finally {
            session.close();
        }
    }
}
