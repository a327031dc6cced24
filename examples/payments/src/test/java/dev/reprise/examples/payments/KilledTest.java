package dev.reprise.examples.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.Backoff;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryBudget;
import dev.reprise.client.RetryPolicy;
import dev.reprise.client.RetryingHttpClient;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The application is killed while many clients use it: everything happens once, and every client gets its answer. Mostly waits for
 * processes, so it runs beside others.
 */
@ExtendWith(SharedServers.class)
@Execution(ExecutionMode.CONCURRENT)
class KilledTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int TRANSFERS = 40;
    private static final int CHARGES = 20;
    private static final int KILLS = 3;
    private static final int CLIENTS = 8;

    private final Semaphore answered = new Semaphore(0);

    @Test
    void everything_happens_once_while_the_process_is_killed_S7_S15_P7(PostgresServer server) throws Exception {
        String database = server.url(server.newDatabase());
        int port = freePort();
        ChildProcess application = start(port, database, "always");
        try (HttpClient plain = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                RetryingHttpClient client = RetryingHttpClient.of(plain, patiently());
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < TRANSFERS + CHARGES; i++) {
                HttpRequest request = i % 3 == 2 ? charge(port) : transfer(port);
                answers.add(clients.submit(() -> {
                    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
                    answered.release();
                    return answer.statusCode();
                }));
            }
            for (int kill = 1; kill <= KILLS; kill++) {
                // The other clients are somewhere in the middle.
                answered.acquire((TRANSFERS + CHARGES) / (KILLS + 2));
                application.kill();
                application = start(port, database, "never");
            }
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isBetween(200, 201);
            }
            assertThat(number(database, "SELECT COUNT(*) FROM transfer WHERE memo = 'transfer'"))
                    .isEqualTo(TRANSFERS);
            assertThat(number(database, "SELECT COUNT(*) FROM transfer WHERE memo <> 'transfer'"))
                    .isEqualTo(CHARGES);
            assertThat(number(database, "SELECT COUNT(*) FROM provider_charge")).isEqualTo(CHARGES);
            assertThat(number(database, "SELECT COUNT(*) FROM entry")).isEqualTo(2L * (TRANSFERS + CHARGES));
            assertThat(number(database, "SELECT SUM(cents) FROM entry")).isZero();
        } finally {
            application.close();
        }
    }

    private static Retries patiently() {
        return Retries.builder()
                .policy(RetryPolicy.considerate()
                        .withMaxAttempts(1000)
                        .withBackoff(Backoff.full(Duration.ofMillis(50), Duration.ofSeconds(1)))
                        .withBudget(RetryBudget.unlimited())
                        .withTimeLimits(PATIENCE, Duration.ofSeconds(20)))
                .build();
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static ChildProcess start(int port, String database, String schema) throws Exception {
        ChildProcess process = ChildProcess.java(
                PaymentsApplication.class,
                List.of("-Xmx256m"),
                List.of(
                        "--server.port=" + port,
                        "--spring.datasource.url=" + database,
                        "--spring.sql.init.mode=" + schema,
                        "--spring.sql.init.schema-locations=classpath:payments.sql,"
                                + "classpath:dev/reprise/store/jdbc/postgresql/V1__reprise.sql,"
                                + "classpath:dev/reprise/store/jdbc/postgresql/V2__reprise.sql,"
                                + "classpath:outbox-postgresql.sql",
                        "--logging.level.org.springframework.boot=info"));
        process.awaitLine(line -> line.contains("Started PaymentsApplication"), PATIENCE);
        return process;
    }

    private static HttpRequest transfer(int port) {
        return post(port, "/transfers", "{\"from\":\"alice\",\"to\":\"bob\",\"cents\":100}");
    }

    private static HttpRequest charge(int port) {
        return post(port, "/charges", "{\"card\":\"alice\",\"cents\":100}");
    }

    private static HttpRequest post(int port, String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private static long number(String database, String query) throws Exception {
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
