package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.gateway.command.RepriseCommand;
import dev.reprise.store.jdbc.SqlDialect;
import dev.reprise.store.jdbc.TableName;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.FullProof;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Records that move from a folder to PostgreSQL, and on to another one, while gateways work and are killed (S7, S16, S19). Mostly
 * waits for processes, so it runs beside others.
 */
@ExtendWith(SharedServers.class)
@Execution(ExecutionMode.CONCURRENT)
class MovingKillTest {
    private static final int KILLS = FullProof.WANTED ? 30 : 1;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final PostgresServer server;

    MovingKillTest(PostgresServer server) {
        this.server = server;
    }

    private String newDatabase() {
        String database = server.newDatabase();
        server.execute(database, SqlDialect.POSTGRESQL.script(TableName.DEFAULT));
        return server.url(database);
    }

    @Test
    void nothing_is_executed_twice_on_the_way_and_everything_is_replayed_at_the_end() throws Exception {
        String store = folder.resolve("store").toString();
        String first = newDatabase();
        String second = newDatabase();
        String inFirst = "database: {url: '" + first + "'}\n";
        try (KilledGateways gateways = new KilledGateways(folder)) {
            for (int kill = 0; kill < KILLS; kill++) {
                underLoad(gateways, "store: " + store);
            }
            for (int kill = 0; kill < KILLS; kill++) {
                underLoad(gateways, inFirst + "move-from: " + store);
            }
            try (ChildProcess moving = gateways.start(inFirst + "move-from: " + store)) {
                gateways.retryUnanswered(KilledGateways.port(moving));
                moving.awaitLine(line -> line.contains("All records of " + store + " are here now"), LIMIT);
                gateways.replayAll(KilledGateways.port(moving));
                gateways.assertNothingHappenedTwice();
                moving.kill();
            }

            assertThat(copied(first, second)).contains("Copied ");
            assertThat(copied(first, second)).contains("Copied 0 records");

            try (ChildProcess there = gateways.start("database: {url: '" + second + "'}\n")) {
                gateways.replayAll(KilledGateways.port(there));
                gateways.assertNothingHappenedTwice();
            }
            System.out.println(2 * KILLS + " kills: " + gateways);
        }
    }

    private static void underLoad(KilledGateways gateways, String where) throws Exception {
        try (ChildProcess gateway = gateways.start(where)) {
            int port = KilledGateways.port(gateway);
            gateways.retryUnanswered(port);
            gateways.underLoad(port, gateway);
            gateways.assertNothingHappenedTwice();
        }
    }

    private static String copied(String from, String to) throws IOException {
        try (ChildProcess command = ChildProcess.java(
                RepriseCommand.class, List.of("-Xmx256m"), List.of("store", "copy", "--from", from, "--to", to))) {
            assertThat(command.awaitExit(LIMIT)).isZero();
            return String.join("\n", command.output());
        }
    }
}
