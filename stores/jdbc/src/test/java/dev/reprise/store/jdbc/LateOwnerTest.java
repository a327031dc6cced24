package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationPolicy.Uncertain;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An owner stands still for longer than its lease, as under a long garbage collection, and then goes on (S27). */
@ExtendWith(SharedServers.class)
class LateOwnerTest {
    @TempDir
    private Path folder;

    @Test
    void a_frozen_owner_changes_nothing_when_it_wakes_up_S27(PostgresServer server) throws Exception {
        Path signal = folder.resolve("go");
        try (HikariDataSource pool = Databases.postgres(server);
                JdbcStore store =
                        JdbcStore.over(pool).timeLimit(Duration.ofSeconds(20)).open();
                IdempotencyEngine engine = IdempotencyEngine.over(store).build();
                ChildProcess late = ChildProcess.java(
                        LateOwner.class, List.of(), List.of(pool.getJdbcUrl(), "late", signal.toString()))) {
            late.awaitLine("claimed"::equals, Duration.ofSeconds(60));
            late.freeze();
            Awaitility.await()
                    .until(() -> store.find(Shop.id("late")).orElseThrow().abandonedAt(java.time.Instant.now()));

            Answer answer =
                    engine.execute(Shop.operation("late", 1, Shop.POLICY.withUncertain(Uncertain.RERUN)), execution -> {
                        // The late owner wakes up while its successor is at work.
                        late.thaw();
                        touch(signal);
                        assertThat(late.awaitLine(line -> line.startsWith("ended"), Duration.ofSeconds(60)))
                                .isEqualTo("ended as LOST");
                        return Shop.answered(201, "second");
                    });

            assertThat(answer).isInstanceOf(Answer.Fresh.class);
            assertThat(engine.begin(Shop.operation("late")))
                    .isInstanceOfSatisfying(
                            Answer.Replay.class,
                            replay -> assertThat(replay.response()).isEqualTo(Shop.response(201, "second")));
        }
    }

    private static void touch(Path file) {
        try {
            Files.createFile(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
