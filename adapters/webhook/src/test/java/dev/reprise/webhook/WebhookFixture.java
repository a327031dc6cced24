package dev.reprise.webhook;

import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Scope;
import dev.reprise.client.Backoff;
import dev.reprise.memory.MemoryStore;
import dev.reprise.outbox.Outbox;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Received;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store with unknown outcomes, an outbox in a file, and a receiver that is told of them. */
abstract class WebhookFixture {
    @TempDir
    Path folder;

    /** How far the store's clock is ahead. */
    volatile Duration ahead = Duration.ZERO;

    final OperationStore store = new MemoryStore(() -> Instant.now().plus(ahead));
    final ScriptedServer receiver = new ScriptedServer();
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong claims = new AtomicLong();
    private final List<UnknownWebhook> started = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    Outbox outbox;

    @BeforeEach
    void open() {
        outbox = Outbox.inFile(folder.resolve("webhook.db"));
    }

    @AfterEach
    void stop() {
        started.forEach(UnknownWebhook::close);
        client.shutdownNow();
        receiver.close();
    }

    final void pass(Duration time) {
        ahead = ahead.plus(time);
    }

    static OperationId id(String key) {
        return new OperationId(new Scope("alice", "/charges"), new IdempotencyKey(key));
    }

    /** An operation that becomes unknown. */
    Lease unknown(String key, String reason) {
        Lease lease = running(key);
        store.park(lease, reason);
        return lease;
    }

    Lease running(String key) {
        Acquisition acquired = store.acquire(new Claim(
                id(key),
                new RequestFingerprint(1, new byte[] {1}),
                new Owner("gateway-1", claims.incrementAndGet()),
                Duration.ofSeconds(30)));
        return ((Acquisition.Acquired) acquired).lease();
    }

    /** One that looks often and does not wait for long. */
    UnknownWebhook.Builder webhook() {
        return webhook(outbox, receiver.uri("/unknown"));
    }

    UnknownWebhook.Builder webhook(Outbox in, URI to) {
        return UnknownWebhook.of(store, in, client, to)
                .interval(Duration.ofMillis(10))
                .betweenRounds(Backoff.full(Duration.ofMillis(10), Duration.ofMillis(50)));
    }

    UnknownWebhook start(UnknownWebhook.Builder builder) {
        UnknownWebhook webhook = builder.build().start();
        started.add(webhook);
        return webhook;
    }

    /** What was told of the operation with that key, attempts that failed included. */
    List<Received> told(String key) {
        return receiver.received().stream()
                .filter(sent -> sent.body().contains("\"key\":\"" + key + "\""))
                .toList();
    }

    /** Waits until another one is told of, so that everything was looked at once more. */
    void lookOnceMore(String key) {
        unknown(key, "the service is gone");
        await().until(() -> !told(key).isEmpty());
    }

    static String keyOf(Received sent) {
        Optional<String> key = sent.field("idempotency-key");
        return key.orElseThrow();
    }

    static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(10));
    }

    /** Everything that is in the files of the outbox; what SQLite puts beside its file comes and goes. */
    String files() {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                all.append(text(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.toString();
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException gone) {
            return "";
        }
    }
}
