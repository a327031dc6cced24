package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationRecord;
import dev.reprise.Reconciler.Finding;
import dev.reprise.Response;
import dev.reprise.console.operations.StoreOperations;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A console in a process that asks a service what happened to operations of /charges. */
abstract class ReconcilingFixture extends ConsoleFixture {
    static final Finding HAPPENED = new Finding.Happened(new Response(
            201, Headers.of("Location", "/charges/1"), Body.of("charge 1".getBytes(StandardCharsets.UTF_8))));

    private final IdempotencyEngine engine =
            IdempotencyEngine.over(store).node("n").build();
    final List<OperationId> asked = new ArrayList<>();
    Function<OperationRecord, Finding> service = record -> HAPPENED;

    @SuppressWarnings("NullAway.Init")
    StoreOperations operations;

    @BeforeEach
    final void mount() {
        console.close();
        OperationPolicy policy = OperationPolicy.DEFAULT.withReconciler((record, unknownFor) -> {
            synchronized (asked) {
                asked.add(record.id());
            }
            return service.apply(record);
        });
        operations = new StoreOperations(
                store,
                null,
                audit,
                engine.reconciling(
                        id -> id.scope().route().equals("/charges") ? Optional.of(policy) : Optional.empty()));
        console = new Console(settings().build(), operations);
    }

    @AfterEach
    final void stopEngine() {
        engine.close();
    }

    static void assertSays(ConsoleResponse response, int status, String... words) {
        assertThat(Surfer.text(response)).contains(words);
        assertThat(response.status()).isEqualTo(status);
    }
}
