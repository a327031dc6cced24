package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.client.IdempotencyKey;
import dev.reprise.gateway.command.RepriseCommand;
import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.sample.Ledger;
import dev.reprise.gateway.sample.SampleApi;
import dev.reprise.outbox.Deliverer;
import dev.reprise.outbox.Outbox;
import dev.reprise.outbox.OutboxEntry;
import dev.reprise.outbox.OutboxState;
import dev.reprise.testkit.ChildProcess;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Client process and gateway, killed again and again, each alone and both. The oracle is the service, which neither can
 * reach but by a call: nothing happens twice; what its outbox calls delivered happened; and what is not known to have
 * happened is said to be unknown, as the leased guarantee has it.
 */
class BothEndsKillTest {
    private static final int ROUNDS = "full".equals(System.getProperty("reprise.proof")) ? 60 : 3;

    @TempDir
    private Path folder;

    private final Random random = new Random();
    private final Set<String> written = new HashSet<>();

    @Test
    @Timeout(3_600)
    void charges_happen_once_whichever_process_dies_C1_S19() throws Exception {
        int port = freePort();
        String uri = "http://127.0.0.1:" + port + "/v1/charges";
        Path file = folder.resolve("outbox.db");
        try (SampleApi sample = SampleApi.start(new Address("127.0.0.1", 0))) {
            ChildProcess gateway = gateway(port, sample.port());
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    try (ChildProcess client = client(file, uri, round)) {
                        String last = "-" + (10 + random.nextInt(40));
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
                deliverTheRest(file);
            } finally {
                gateway.close();
            }
            verify(Outbox.inFile(file), sample);
        }
    }

    private void verify(Outbox outbox, SampleApi sample) {
        Map<String, Long> effects = sample.ledger().entries().stream()
                .collect(Collectors.groupingBy(Ledger.Entry::to, Collectors.counting()));
        assertThat(effects.values()).containsOnly(1L);
        int unknown = 0;
        for (String key : written) {
            OutboxEntry entry = outbox.find(new IdempotencyKey(key)).orElseThrow();
            if (entry.state() == OutboxState.DELIVERED) {
                assertThat(effects).containsKey(key);
                assertThat(outbox.answer(entry.key()).map(String::new).orElse(""))
                        .contains('"' + key + '"');
            } else {
                assertThat(entry.state()).as(key).isEqualTo(OutboxState.PARKED);
                assertThat(entry.status()).as("outcome-unknown").isEqualTo(409);
                assertThat(entry.open()).isTrue();
                unknown++;
            }
        }
        System.out.printf(
                "%d kills: %d charges written down, %d delivered once, %d said to be unknown%n",
                ROUNDS, written.size(), written.size() - unknown, unknown);
    }

    private static void deliverTheRest(Path file) {
        Outbox outbox = Outbox.inFile(file);
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
