package dev.reprise.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Reconciler.Finding;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What a reconciler found is recorded as if the handler had answered it (S18, S33). */
class FoundResponsesTest {
    private static final OperationRecord UNKNOWN = new OperationRecord(
            new OperationId(new Scope("alice", "/charges"), new IdempotencyKey("k")),
            new RequestFingerprint(1, new byte[1]),
            new FencingToken(1),
            1,
            Instant.EPOCH,
            new Unknown("lost", Instant.EPOCH, null));

    private static FoundResponses found(Response asked, Route route) {
        return new FoundResponses(
                (operation, unknownFor) -> new Finding.Happened(asked),
                Profile.IETF.dialect(RandomGenerator.getDefault()),
                new Unrecorded(route));
    }

    @Test
    void have_neither_what_belongs_to_one_exchange_nor_what_the_route_keeps_from_records() throws Exception {
        Response asked =
                new Response(201, Headers.of("Date", "now", "X-Token", "secret", "Location", "/charges/1"), Body.EMPTY);
        FoundResponses found = found(asked, Route.of("/charges").withUnrecordedFields(Set.of("x-token")));

        assertThat(found.reconcile(UNKNOWN, Duration.ZERO))
                .isEqualTo(new Finding.Happened(new Response(201, Headers.of("Location", "/charges/1"), Body.EMPTY)));
    }

    @Test
    void have_no_values_of_members_that_the_route_keeps_from_records() throws Exception {
        Response asked = new Response(
                201,
                Headers.of("Content-Type", "application/json"),
                Body.of("{\"id\":1,\"secret\":\"s\"}".getBytes(StandardCharsets.UTF_8)));
        FoundResponses found = found(asked, Route.of("/charges").withUnrecordedMembers(Set.of("/secret")));

        Response recorded = ((Finding.Happened) found.reconcile(UNKNOWN, Duration.ZERO)).response();
        assertThat(new String(recorded.body().bytes(), StandardCharsets.UTF_8)).isEqualTo("{\"id\":1,\"secret\":\"\"}");
    }
}
