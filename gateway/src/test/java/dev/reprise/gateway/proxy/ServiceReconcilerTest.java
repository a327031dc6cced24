package dev.reprise.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.FencingToken;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.Reconciler.Finding;
import dev.reprise.RequestFingerprint;
import dev.reprise.Scope;
import dev.reprise.gateway.config.GatewayRoute;
import dev.reprise.gateway.config.Origin;
import dev.reprise.gateway.config.ReconcileTarget;
import dev.reprise.gateway.config.Reconciling;
import dev.reprise.gateway.config.ReplayBody;
import dev.reprise.http.Route;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServiceReconcilerTest {
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final OperationRecord UNKNOWN = new OperationRecord(
            new OperationId(new Scope("named:alice", "/charges"), new IdempotencyKey("k")),
            new RequestFingerprint(1, new byte[32]),
            new FencingToken(1),
            1,
            Instant.EPOCH,
            new OperationState.Unknown("lost", Instant.EPOCH, null));

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer service = join(vertx.createHttpServer()
            .requestHandler(request -> request.response()
                    .setStatusCode(request.uri().startsWith("/gone/") ? 404 : 200)
                    .end("x".repeat(1_000)))
            .listen(0, "127.0.0.1"));

    @AfterEach
    void stop() {
        join(vertx.close());
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    private ServiceReconciler reconciler(String target, MemoryBudget budget) {
        Reconciling settings = new Reconciling(new ReconcileTarget(target), Duration.ofSeconds(10), GRACE, "X-User");
        GatewayRoute route = new GatewayRoute(
                Route.of("/charges"),
                Origin.parse("http://127.0.0.1:" + service.actualPort()),
                Duration.ofSeconds(30),
                ReplayBody.RECORDED,
                settings);
        return new ServiceReconciler(
                route,
                settings,
                vertx.getOrCreateContext(),
                new Upstream(vertx, vertx.createHttpClient()),
                new UpstreamRoutes(List.of(route), null),
                budget);
    }

    private static MemoryBudget budget(int bytes) {
        return new MemoryBudget(bytes, new ArraySizes(0));
    }

    @Test
    void believes_that_an_operation_is_not_there_only_when_it_cannot_arrive_any_more_S33() throws Exception {
        ServiceReconciler reconciler = reconciler("/gone/{key}", budget(1 << 20));

        assertThat(reconciler.reconcile(UNKNOWN, GRACE.minusMillis(1))).isInstanceOf(Finding.NotKnown.class);
        assertThat(reconciler.reconcile(UNKNOWN, GRACE)).isInstanceOf(Finding.DidNotHappen.class);
    }

    @Test
    void counts_an_answer_until_it_is_written_down() throws Exception {
        MemoryBudget budget = budget(1 << 20);
        ServiceReconciler reconciler = reconciler("/here/{key}", budget);

        Finding finding = reconciler.reconcile(UNKNOWN, Duration.ZERO);
        assertThat(finding)
                .isInstanceOfSatisfying(
                        Finding.Happened.class,
                        happened ->
                                assertThat(happened.response().body().length()).isEqualTo(1_000));
        assertThat(budget.held()).isGreaterThan(1_000);

        reconciler.settled(UNKNOWN);
        assertThat(budget.held()).isZero();
    }

    /** The operation was released, executed, and is unknown again, before the answer about the first time was there. */
    @Test
    void counts_the_answers_about_two_outcomes_of_one_operation_each_for_itself() throws Exception {
        OperationRecord later = new OperationRecord(
                UNKNOWN.id(),
                UNKNOWN.fingerprint(),
                new FencingToken(2),
                1,
                Instant.EPOCH,
                new OperationState.Unknown("lost", Instant.EPOCH, null));
        MemoryBudget budget = budget(1 << 20);
        ServiceReconciler reconciler = reconciler("/here/{key}", budget);

        reconciler.reconcile(UNKNOWN, Duration.ZERO);
        reconciler.reconcile(later, Duration.ZERO);
        reconciler.settled(UNKNOWN);
        assertThat(budget.held()).isGreaterThan(1_000);

        reconciler.settled(later);
        assertThat(budget.held()).isZero();
    }

    @Test
    void asks_again_later_where_there_is_no_memory_for_the_answer_instead_of_losing_its_body_S21_S22()
            throws Exception {
        MemoryBudget budget = budget(1_000);
        ServiceReconciler reconciler = reconciler("/here/{key}", budget);

        assertThat(reconciler.reconcile(UNKNOWN, Duration.ZERO))
                .isEqualTo(new Finding.NotKnown("There was no memory left for the answer of the service"));
        reconciler.settled(UNKNOWN);
        assertThat(budget.held()).isZero();
    }
}
