package dev.reprise.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyEngine;
import dev.reprise.IdempotencyKey;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationState.Completed;
import dev.reprise.Outcome;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.OperationStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine over an encrypted store, as the documentation shows it (S35). */
class EncryptionTest {
    private static final Operation OPERATION = new Operation(
            new OperationId(new Scope("alice", "/charges"), new IdempotencyKey("k")),
            RequestFingerprint.Source.of(new RequestFingerprint(1, new byte[32])),
            OperationPolicy.DEFAULT);
    private static final Response RESPONSE =
            new Response(201, Headers.of("Location", "/charges/1"), Body.of("card 4242".getBytes(UTF_8)));

    @TempDir
    private Path folder;

    @Test
    void replays_what_the_store_cannot_read() throws Exception {
        Path keys = Files.writeString(folder.resolve("keys"), LocalKeyring.newLine("2026-12"));
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-------"));
        OperationStore store = new MemoryStore(InstantSource.system());
        Encryption encryption = Encryption.with(LocalKeyring.ofFile(keys));
        try (IdempotencyEngine engine =
                IdempotencyEngine.over(encryption.over(store)).build()) {
            engine.execute(OPERATION, execution -> new Outcome.Answered(RESPONSE, RESPONSE));

            Answer retry = engine.execute(OPERATION, execution -> {
                throw new AssertionError("It is not executed again");
            });

            assertThat(retry)
                    .isInstanceOfSatisfying(
                            Answer.Replay.class,
                            replay -> assertThat(replay.response()).isEqualTo(RESPONSE));
        }
        assertThat(store.find(OPERATION.id()).orElseThrow().state())
                .isInstanceOfSatisfying(
                        Completed.class,
                        kept -> assertThat(
                                        Encryption.isEncrypted(kept.response().body()))
                                .isTrue());
    }
}
