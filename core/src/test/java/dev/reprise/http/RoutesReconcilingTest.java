package dev.reprise.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyEngine;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Completed;
import dev.reprise.Owner;
import dev.reprise.Reconciler.Attempt;
import dev.reprise.Reconciler.Finding;
import dev.reprise.Reconciler.OnDemand;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whoever wants to know what happened has the reconciler of the route asked whose operation it is, and of no other one (S33). */
class RoutesReconcilingTest extends ChoreographyFixture {
    private static final Response FOUND = new Response(201, Headers.of("Set-Cookie", "a=b", "X-Shop", "1"), Body.EMPTY);

    private static Route asking(String pattern) {
        Route route = Route.of(pattern);
        return route.withPolicy(route.policy().withReconciler((record, unknownFor) -> new Finding.Happened(FOUND)));
    }

    private Lease unknown(Scope scope) {
        OperationId id = new OperationId(scope, new IdempotencyKey("k"));
        Claim claim = new Claim(id, new RequestFingerprint(1, new byte[1]), new Owner("n", 1), Duration.ofSeconds(30));
        Lease lease = ((Acquisition.Acquired) store.acquire(claim)).lease();
        store.park(lease, "lost");
        return lease;
    }

    @Test
    void what_is_found_is_recorded_as_answers_of_the_route_are_S18() {
        Lease lease = unknown(new Scope("alice", "/charges"));
        OnDemand routes = over(Route.of("/refunds"), asking("/charges")).reconciling();

        assertThat(routes.covers(lease.id())).isTrue();
        assertThat(routes.reconcile(lease.id(), lease.token())).isInstanceOf(Attempt.Found.class);

        Response recorded = ((Completed) store.find(lease.id()).orElseThrow().state()).response();
        assertThat(recorded.headers()).isEqualTo(Headers.of("X-Shop", "1"));
    }

    @Test
    void what_the_reconciler_for_all_routes_finds_is_a_record_of_its_route_too_S18() {
        Response found = new Response(
                201,
                Headers.of("Content-Type", "application/json", "Set-Cookie", "a=b"),
                Body.of("{\"id\":1,\"secret\":\"planted\"}".getBytes(StandardCharsets.UTF_8)));
        Lease lease = unknown(new Scope("alice", "/charges"));
        try (IdempotencyEngine asking = IdempotencyEngine.over(store)
                .reconciler((record, unknownFor) -> new Finding.Happened(found))
                .build()) {
            Route route = Route.of("/charges").withUnrecordedMembers(Set.of("/secret"));
            OnDemand routes = new HttpIdempotency(asking, List.of(route), HttpNames.DEFAULT, Cors.NONE).reconciling();

            assertThat(routes.reconcile(lease.id(), lease.token())).isInstanceOf(Attempt.Found.class);
        }

        Response recorded = ((Completed) store.find(lease.id()).orElseThrow().state()).response();
        assertThat(text(recorded)).isEqualTo("{\"id\":1,\"secret\":\"\"}");
        assertThat(recorded.headers())
                .isEqualTo(Headers.of("Content-Type", "application/json", "Idempotent-Members-Omitted", "true"));
    }

    @Test
    void an_operation_within_a_route_is_one_of_the_route() {
        Lease lease = unknown(Scope.within("alice", "/charges", new byte[16]));

        assertThat(over(asking("/charges")).reconciling().covers(lease.id())).isTrue();
    }

    @Test
    void nobody_is_asked_where_the_route_names_nobody_or_is_not_known_or_not_the_only_one_of_its_name() {
        Lease lease = unknown(new Scope("alice", "/charges"));

        for (HttpIdempotency routes : new HttpIdempotency[] {
            over(),
            over(Route.of("/charges")),
            over(asking("/refunds")),
            over(asking("/charges"), asking("/v2/charges").withName("/charges"))
        }) {
            assertThat(routes.reconciling().covers(lease.id())).isFalse();
            assertThat(routes.reconciling().reconcile(lease.id(), lease.token()))
                    .isEqualTo(new Attempt.NobodyToAsk());
        }
    }
}
