package dev.reprise.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.Response;
import dev.reprise.client.IdempotencyKey;
import dev.reprise.console.operations.Initiator;
import dev.reprise.console.operations.ListedState;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.Operations;
import dev.reprise.console.operations.RecordedResponse;
import dev.reprise.gateway.command.RepriseCommand;
import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.operations.AdminAccess;
import dev.reprise.gateway.operations.RemoteOperations;
import dev.reprise.gateway.sample.Ledger;
import dev.reprise.gateway.sample.SampleApi;
import dev.reprise.outbox.Deliverer;
import dev.reprise.outbox.Outbox;
import dev.reprise.outbox.OutboxEntry;
import dev.reprise.outbox.OutboxState;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.FullProof;
import dev.reprise.testkit.TcpFaultProxy;
import dev.reprise.testkit.TcpFaultProxy.Plan;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Client process and gateway over a network that loses one connection in five, killed again and again, each alone and both.
 * The oracle is the service's ledger: nothing happens twice, what is delivered happened, and what nobody can tell is said to
 * be unknown, as the leased guarantee has it. When an operator has looked those up, each charge has happened exactly once.
 * Mostly waits for processes, so it runs beside others.
 */
@Execution(ExecutionMode.CONCURRENT)
class BothEndsKillTest {
    private static final int CHARGES = FullProof.WANTED ? 10_000 : 60;
    private static final int MOST_IN_A_ROUND = FullProof.WANTED ? 300 : 40;
    private static final Initiator BY = new Initiator("operator", "looked up");

    @TempDir
    private Path folder;

    private final Random random = new Random();
    private final Set<String> written = new HashSet<>();

    @Test
    void charges_happen_once_whichever_process_dies_C1_S19_S27() throws Exception {
        int port = freePort();
        Path file = folder.resolve("outbox.db");
        try (SampleApi sample = SampleApi.start(new Address("127.0.0.1", 0));
                TcpFaultProxy network = new TcpFaultProxy(port)) {
            network.always(() -> Plan.lossy(random));
            String uri = "http://127.0.0.1:" + network.port() + "/v1/charges";
            ChildProcess gateway = gateway(port, sample.port());
            try {
                int round = 0;
                for (; round < 3 || written.size() < CHARGES; round++) {
                    try (ChildProcess client = client(file, uri, round)) {
                        String last = "-" + (10 + random.nextInt(MOST_IN_A_ROUND));
                        client.awaitLine(line -> line.endsWith(last), Duration.ofMinutes(1));
                        if (round % 3 != 0) {
                            gateway.kill();
                        }
                        if (round % 3 != 1) {
                            client.kill();
                        }
                        if (round % 3 != 0) {
                            gateway = gateway(port, sample.port());
                        }
                        client.kill();
                        client.output().stream()
                                .filter(line -> line.startsWith("written "))
                                .forEach(line -> written.add(line.substring("written ".length())));
                    }
                }
                Outbox outbox = Outbox.inFile(file);
                deliver(outbox);
                int unknown = verifyUnknown(outbox, effects(sample));
                lookUp(outbox, effects(sample).keySet());
                deliver(outbox);
                verifyDelivered(outbox, effects(sample));
                System.out.printf(
                        "%d kills: %d charges happened once each, %d of them looked up by an operator%n",
                        round, written.size(), unknown);
            } finally {
                gateway.close();
            }
        }
    }

    private static Map<String, Long> effects(SampleApi sample) {
        return sample.ledger().entries().stream()
                .collect(Collectors.groupingBy(Ledger.Entry::to, Collectors.counting()));
    }

    /** Nothing has happened twice, and what is not delivered is parked as unknown; returns how much that is. */
    private int verifyUnknown(Outbox outbox, Map<String, Long> effects) {
        assertThat(effects.values()).containsOnly(1L);
        int unknown = 0;
        for (String key : written) {
            OutboxEntry entry = outbox.find(new IdempotencyKey(key)).orElseThrow();
            if (entry.state() == OutboxState.DELIVERED) {
                assertThat(effects).containsKey(key);
            } else {
                assertThat(entry.state()).as(key).isEqualTo(OutboxState.PARKED);
                assertThat(entry.status()).as("outcome-unknown").isEqualTo(409);
                assertThat(entry.open()).isTrue();
                unknown++;
            }
        }
        return unknown;
    }

    /** What an operator does: finds each unknown charge in the service's ledger, or does not, and tells the gateway. */
    private void lookUp(Outbox outbox, Set<String> happened) {
        try (Operations operations =
                new RemoteOperations(AdminAccess.read(folder.resolve("store")).orElseThrow())) {
            for (OperationView unknown : operations
                    .list(OperationFilter.ofStates(Set.of(ListedState.UNKNOWN), Integer.MAX_VALUE))
                    .operations()) {
                Operations.Ending ending = happened.contains(unknown.key())
                        ? operations.resolve(unknown.id(), unknown.seen(), charged(unknown.key()), BY)
                        : operations.release(unknown.id(), unknown.seen(), BY);
                assertThat(ending).isEqualTo(Operations.Ending.ENDED);
            }
        }
        for (OutboxEntry parked : outbox.list(OutboxState.PARKED, Integer.MAX_VALUE)) {
            assertThat(outbox.retry(parked.key())).isTrue();
        }
    }

    private static Response charged(String customer) {
        return RecordedResponse.of(200, List.of(), ("{\"customer\":\"" + customer + "\"}").getBytes(UTF_8))
                .toResponse();
    }

    private void verifyDelivered(Outbox outbox, Map<String, Long> effects) {
        assertThat(effects.values()).containsOnly(1L);
        assertThat(effects).containsKeys(written.toArray(String[]::new));
        for (String key : written) {
            OutboxEntry entry = outbox.find(new IdempotencyKey(key)).orElseThrow();
            assertThat(entry.state()).as(key).isEqualTo(OutboxState.DELIVERED);
            assertThat(outbox.answer(entry.key()).map(bytes -> new String(bytes, UTF_8)))
                    .hasValueSatisfying(answer -> assertThat(answer).contains('"' + key + '"'));
        }
    }

    /** Until nothing is pending any more. */
    private static void deliver(Outbox outbox) {
        try (HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                Deliverer deliverer = OutboxUser.deliverer(outbox, client)) {
            deliverer.start();
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> outbox.list(OutboxState.PENDING, 1).isEmpty());
        }
    }

    private static ChildProcess client(Path file, String uri, int round) throws IOException {
        return ChildProcess.java(OutboxUser.class, List.of("-Xmx128m"), List.of(file.toString(), uri, "round" + round));
    }

    private ChildProcess gateway(int port, int service) throws IOException {
        Path config = folder.resolve("reprise.yaml");
        Files.writeString(config, """
                listen: 127.0.0.1:%d
                admin: 127.0.0.1:0
                store: %s
                upstream: http://127.0.0.1:%d
                defaults:
                  lease: 1s
                """.formatted(port, folder.resolve("store"), service));
        ChildProcess gateway = ChildProcess.java(
                RepriseCommand.class, List.of("-Xmx256m"), List.of("gateway", "--config", config.toString()));
        gateway.awaitLine(line -> line.contains("records"), Duration.ofMinutes(1));
        return gateway;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
