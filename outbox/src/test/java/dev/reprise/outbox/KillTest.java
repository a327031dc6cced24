package dev.reprise.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.client.Backoff;
import dev.reprise.client.IdempotencyKey;
import dev.reprise.client.RetryPolicy;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.FullProof;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.TcpFaultProxy;
import dev.reprise.testkit.TcpFaultProxy.Plan;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes on one outbox, killed again and again, over a network that loses connections. The oracle is the server: it
 * has executed each operation that was written down, once.
 */
class KillTest {
    private static final int ROUNDS = FullProof.WANTED ? 50 : 3;

    @TempDir
    private Path folder;

    private final Random random = new Random();

    @Test
    void every_operation_that_was_written_down_happens_once_C1() throws Exception {
        Path file = folder.resolve("outbox.db");
        Set<String> written = new TreeSet<>();
        try (ScriptedServer server = new ScriptedServer();
                TcpFaultProxy proxy = new TcpFaultProxy(server.port());
                HttpClient client = HttpClient.newHttpClient()) {
            proxy.always(this::plan);
            String uri = "http://127.0.0.1:" + proxy.port() + "/charges";
            for (int round = 0; round < ROUNDS; round++) {
                written.addAll(workAndDie(file, uri, "round" + round));
            }
            assertThat(written).isNotEmpty();

            Outbox outbox = Outbox.inFile(file);
            try (Deliverer deliverer = Deliverer.of(outbox, client)
                    .policy(RetryPolicy.considerate().withTimeLimits(Duration.ofSeconds(1), Duration.ofMillis(500)))
                    .lease(Duration.ofSeconds(2))
                    .betweenRounds(Backoff.full(Duration.ofMillis(50), Duration.ofMillis(200)))
                    .interval(Duration.ofMillis(20))
                    .build()) {
                deliverer.start();
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> outbox.list(OutboxState.PENDING, 1).isEmpty());
            }

            assertThat(outbox.list(OutboxState.PARKED, 10)).isEmpty();
            for (String key : written) {
                assertThat(outbox.find(new IdempotencyKey(key)).orElseThrow().state())
                        .as(key)
                        .isEqualTo(OutboxState.DELIVERED);
            }
            Map<String, Set<String>> bodies = new HashMap<>();
            server.received()
                    .forEach(request -> bodies.computeIfAbsent(
                                    request.field("idempotency-key").orElseThrow(), key -> new TreeSet<>())
                            .add(request.body()));
            assertThat(server.effects()).as("one for each key").isEqualTo(bodies.size());
            assertThat(bodies.keySet().stream()
                            .map(key -> key.replace("\"", ""))
                            .collect(Collectors.toSet()))
                    .containsAll(written);
            assertThat(bodies.values()).allSatisfy(sent -> assertThat(sent).hasSize(1));
        }
    }

    private Set<String> workAndDie(Path file, String uri, String name) throws Exception {
        try (ChildProcess one = child(file, uri, name + "a");
                ChildProcess other = child(file, uri, name + "b")) {
            String last = "-" + (20 + random.nextInt(40));
            one.awaitLine(line -> line.startsWith("written") && line.endsWith(last), Duration.ofSeconds(60));
            one.kill();
            other.awaitLine(line -> line.startsWith("written") && line.endsWith(last), Duration.ofSeconds(60));
            other.kill();
            return List.of(one, other).stream()
                    .flatMap(child -> child.output().stream())
                    .filter(line -> line.startsWith("written "))
                    .map(line -> line.substring("written ".length()))
                    .collect(Collectors.toSet());
        }
    }

    private static ChildProcess child(Path file, String uri, String name) throws Exception {
        return ChildProcess.java(OutboxUser.class, List.of("-Xmx128m"), List.of(file.toString(), uri, name));
    }

    private synchronized Plan plan() {
        return switch (random.nextInt(5)) {
            case 0 -> Plan.cutRequestAfter(random.nextInt(300));
            case 1 -> Plan.cutResponseAfter(random.nextInt(100));
            default -> Plan.PASS;
        };
    }
}
