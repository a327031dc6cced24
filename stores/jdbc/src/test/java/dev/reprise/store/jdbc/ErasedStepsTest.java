package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.ResumableStore.Progressing;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operation with steps was given, and what its steps brought, is as personal as its answer. */
class ErasedStepsTest {
    @TempDir
    private Path folder;

    /** Its slow owner has completed it (S32), and why it was unknown was still in its row. */
    @Test
    void an_erased_answer_takes_along_why_it_was_unknown_S36() throws Exception {
        try (HikariDataSource pool = Databases.sqlite(folder);
                JdbcStore store = JdbcStore.over(pool).open()) {
            Claim claim = new Claim(
                    Journey.id("slow"),
                    new RequestFingerprint(1, new byte[1]),
                    new Owner("node", 1),
                    Duration.ofMinutes(1));
            Lease lease = ((Acquisition.Acquired) store.acquire(claim)).lease();
            store.park(lease, "alice@example.com could not be reached");
            store.complete(lease, new Response(201, Headers.EMPTY, Body.EMPTY), Duration.ofHours(1));

            assertThat(store.eraseAnswer(lease.id(), lease.token())).isTrue();

            assertThat(Databases.texts(pool, "SELECT coalesce(reason, 'none') FROM reprise_operation"))
                    .containsExactly("none");
        }
    }

    @Test
    void an_erased_answer_takes_its_input_and_its_steps_along_and_nothing_happens_again_S36() throws Exception {
        List<String> charged = new CopyOnWriteArrayList<>();
        Resumable<String, String, Connection> bookRide = BookRide.type((key, ride) -> {
            charged.add(key);
            return "charge for " + ride;
        });
        try (HikariDataSource pool = Databases.sqlite(folder)) {
            Shop.in(pool);
            JdbcResumableStore steps = JdbcResumableStore.open(pool, TableName.DEFAULT);
            try (JdbcStore store = JdbcStore.over(pool).open();
                    ResumableEngine<Connection> engine = ResumableEngine.over(JdbcTransactions.of(pool), steps)
                            .register(bookRide)
                            .build()) {
                OperationId id = Journey.id("ride-1");
                engine.run(id, bookRide, "to the airport", Duration.ofSeconds(60));
                OperationRecord finished = store.find(id).orElseThrow();

                assertThat(store.eraseAnswer(id, finished.token())).isTrue();

                Progressing left = steps.find(id).orElseThrow();
                assertThat(left.record()).isEqualTo(finished.asListed());
                assertThat(left.input()).isEqualTo(Body.OMITTED);
                assertThat(left.steps()).isEmpty();
                assertThat(Databases.texts(pool, "SELECT result FROM reprise_operation_step"))
                        .isEmpty();
                Answer again = engine.run(id, bookRide, "to the airport", Duration.ofSeconds(60));
                assertThat(again).isInstanceOfSatisfying(Answer.Replay.class, replay -> {
                    assertThat(replay.response().headers()).isEqualTo(Headers.EMPTY);
                    assertThat(replay.response().body()).isEqualTo(Body.OMITTED);
                });
                assertThat(charged).hasSize(1);
            }
        }
    }
}
