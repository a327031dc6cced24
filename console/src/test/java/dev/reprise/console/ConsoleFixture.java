package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.console.access.ConsoleToken;
import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.Role;
import dev.reprise.console.access.TokenFile;
import dev.reprise.console.audit.FileAuditLog;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.SettableClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A console over records in memory, unless a test chooses others, with a viewer and an operator. */
abstract class ConsoleFixture {
    static final String HOST = "127.0.0.1:8081";
    static final String MOUNT = "/console";
    static final ConsoleUser OLIVIA = new ConsoleUser("olivia", Role.OPERATOR);
    static final ConsoleUser VICTOR = new ConsoleUser("victor", Role.VIEWER);

    @TempDir
    Path folder;

    final OperationStore store;
    /** Of sessions and of who guesses; that of the store is the system's. */
    final SettableClock clock = new SettableClock();

    final ConsoleToken operatorToken = ConsoleToken.create(new SecureRandom());
    final ConsoleToken viewerToken = ConsoleToken.create(new SecureRandom());
    private final RequestFingerprint fingerprint = new RequestFingerprint(1, new byte[1]);

    @SuppressWarnings("NullAway.Init")
    FileAuditLog audit;

    @SuppressWarnings("NullAway.Init")
    Console console;

    ConsoleFixture() {
        this(new MemoryStore());
    }

    /** @param store closed after each test */
    ConsoleFixture(OperationStore store) {
        this.store = store;
    }

    @BeforeEach
    final void open() {
        write(operatorToken.line(OLIVIA), viewerToken.line(VICTOR));
        audit = new FileAuditLog(folder.resolve("audit.jsonl"), clock);
        console = console(settings());
    }

    @AfterEach
    void close() {
        console.close();
        audit.close();
        store.close();
    }

    final Path users() {
        return folder.resolve("users");
    }

    /** Writes the file of users anew. */
    final void write(String... lines) {
        try {
            Files.writeString(users(), String.join("\n", lines) + "\n");
            Files.setPosixFilePermissions(users(), PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    final ConsoleSettings.Mounting settings() {
        return ConsoleSettings.at(MOUNT, Set.of(HOST))
                .users(TokenFile.read(users()))
                .clock(clock);
    }

    final Console console(ConsoleSettings.Mounting settings) {
        return new Console(settings.build(), new StoreOperations(store, null, audit));
    }

    final Surfer surfer() {
        return new Surfer(console);
    }

    final Surfer operator() {
        return surfer().signIn(operatorToken.text());
    }

    final Surfer viewer() {
        return surfer().signIn(viewerToken.text());
    }

    static OperationId id(String key) {
        return new OperationId(new Scope("alice", "/charges"), new IdempotencyKey(key));
    }

    final Lease running(OperationId id, Duration lease) {
        return running(id, lease, "node");
    }

    final Lease running(OperationId id, Duration lease, String node) {
        return ((Acquisition.Acquired) store.acquire(new Claim(id, fingerprint, new Owner(node, 1), lease))).lease();
    }

    /** An operation whose outcome nobody knows. */
    final OperationRef unknown(OperationId id, String reason) {
        Lease lease = running(id, Duration.ofHours(1));
        assertThat(store.park(lease, reason)).isEqualTo(LeaseStatus.HELD);
        return new OperationRef(id, lease.token());
    }

    final OperationRef unknown(String key) {
        return unknown(id(key), "Connection was closed");
    }

    final boolean isUnknown(OperationRef ref) {
        return store.find(ref.id()).orElseThrow().state() instanceof OperationState.Unknown;
    }

    final OperationRef completed(OperationId id, Headers headers, String body) {
        Lease lease = running(id, Duration.ofHours(1));
        Response response = new Response(201, headers, Body.of(body.getBytes(StandardCharsets.UTF_8)));
        assertThat(store.complete(lease, response, Duration.ofHours(1))).isEqualTo(LeaseStatus.HELD);
        return new OperationRef(id, lease.token());
    }

    final String page(Surfer who, String place) {
        ConsoleResponse response = who.get(place);
        assertThat(response.status()).as(place).isEqualTo(200);
        return Surfer.text(response);
    }
}
