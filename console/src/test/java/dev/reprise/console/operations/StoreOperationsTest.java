package dev.reprise.console.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.console.operations.RecordedResponse.Encoding;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A listing of many operations holds little, however long their responses are. */
class StoreOperationsTest {
    private static final int LONG = 3 << 20;

    private final MemoryStore store = new MemoryStore();
    private final StoreOperations operations = new StoreOperations(store);

    @AfterEach
    void close() {
        store.close();
    }

    private void complete(String principal, String key) {
        OperationId id = new OperationId(new Scope(principal, "/a"), new IdempotencyKey(key));
        Claim claim = new Claim(id, new RequestFingerprint(1, new byte[1]), new Owner("node", 1), Duration.ofHours(1));
        Response response = new Response(201, Headers.of("Location", "/a/1"), Body.of(new byte[LONG]));
        store.complete(((Acquisition.Acquired) store.acquire(claim)).lease(), response, Duration.ofHours(1));
    }

    private static List<RecordedResponse> responses(List<OperationView> views) {
        return views.stream()
                .map(view -> Objects.requireNonNull(view.response()))
                .toList();
    }

    @Test
    void of_many_operations_has_their_statuses_alone() {
        for (int i = 0; i < 12; i++) {
            complete("alice", "k" + i);
        }

        List<OperationView> listed = operations
                .list(OperationFilter.ofStates(Set.of(ListedState.COMPLETED), 11))
                .operations();

        assertThat(responses(listed)).hasSize(11).allSatisfy(response -> {
            assertThat(response.status()).isEqualTo(201);
            assertThat(response.headers()).isEmpty();
            assertThat(response.body()).isEmpty();
            assertThat(response.encoding()).isEqualTo(Encoding.LEFT_OUT);
            assertThatThrownBy(response::toResponse)
                    .as("it is not taken for an empty one")
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("left out");
        });
    }

    @Test
    void of_one_key_has_the_body_and_those_of_others_while_there_is_room() {
        complete("alice", "k");
        complete("bob", "k");
        complete("carol", "k");

        assertThat(responses(operations.list(OperationFilter.ofKey("k", 10)).operations()))
                .extracting(RecordedResponse::encoding)
                .containsExactlyInAnyOrder(Encoding.TEXT, Encoding.LEFT_OUT, Encoding.LEFT_OUT);
    }
}
