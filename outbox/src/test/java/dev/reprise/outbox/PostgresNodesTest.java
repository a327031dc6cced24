package dev.reprise.outbox;

import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

@ExtendWith(SharedServers.class)
@ResourceLock("PostgreSQL")
class PostgresNodesTest extends NodesContract {
    private final PostgresServer postgres;
    private final String url;

    PostgresNodesTest(PostgresServer postgres) {
        this.postgres = postgres;
        this.url = newDatabase();
    }

    @Override
    SqlDialect dialect() {
        return SqlDialect.POSTGRESQL;
    }

    @Override
    String newDatabase() {
        return postgres.url(postgres.newDatabase());
    }

    @Override
    String url() {
        return url;
    }

    @Override
    ConnectionSource database() {
        ConnectionSource database = withTables(dialect(), at(url));
        execute(
                database,
                "CREATE SCHEMA forward",
                "CREATE FUNCTION forward.statement_timestamp() RETURNS timestamptz LANGUAGE sql STABLE AS "
                        + "'SELECT pg_catalog.statement_timestamp() + current_setting(''forward.by'')::interval'");
        return database;
    }

    /** By a clock of the test's own, which is found before the server's. */
    @Override
    List<String> putForward(Duration by) {
        return List.of(
                "SET forward.by = '" + by.toSeconds() + " seconds'", "SET search_path = forward, pg_catalog, public");
    }

    @Override
    void killServer() {
        postgres.kill();
    }

    @Override
    void restartServer() {
        postgres.restart();
    }
}
