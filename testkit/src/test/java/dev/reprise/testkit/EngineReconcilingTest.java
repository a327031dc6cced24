package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Answer;
import dev.reprise.FencingToken;
import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationPolicy.Duplicates;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Outcome;
import dev.reprise.Reconciler;
import dev.reprise.Reconciler.Attempt;
import dev.reprise.Reconciler.Finding;
import dev.reprise.Reconciler.OnDemand;
import dev.reprise.Response;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever wants to know at two nodes at once what happened to an operation ends it once (S33). */
class EngineReconcilingTest extends EngineFixture {
    private static final int CALLERS = 50;
    private static final Finding HAPPENED = new Finding.Happened(response(201, "found"));

    private final IdempotencyEngine other =
            IdempotencyEngine.over(store).runtime(clock.runtime()).build();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger asked = new AtomicInteger();
    private final FencingToken token = unknown();

    private FencingToken unknown() {
        engine.execute(operation("k"), execution -> new Outcome.Uncertain(response(500, "oops"), "500"));
        return store.find(operation("k").id()).orElseThrow().token();
    }

    @AfterEach
    void closeOther() {
        threads.shutdownNow();
        other.close();
    }

    private OnDemand at(IdempotencyEngine node, Reconciler reconciler) {
        return node.reconciling(id -> Optional.of(POLICY.withReconciler(reconciler)));
    }

    private Attempt ask(OnDemand node) {
        return node.reconcile(operation("k").id(), token);
    }

    /** Many at two nodes, where the first one is answered when all others have come. */
    private List<Attempt> askAtBoth(Finding finding) throws Exception {
        CountDownLatch others = new CountDownLatch(CALLERS - 1);
        Reconciler slow = (record, unknownFor) -> {
            asked.incrementAndGet();
            boolean unused = others.await(10, TimeUnit.SECONDS);
            return finding;
        };
        List<OnDemand> nodes = List.of(at(engine, slow), at(other, slow));
        AtomicInteger caller = new AtomicInteger();
        return Parallel.run(CALLERS, () -> {
            Attempt came = ask(nodes.get(caller.getAndIncrement() % 2));
            others.countDown();
            return came;
        });
    }

    private static void assertOneFound(List<Attempt> came, Finding finding) {
        assertThat(came)
                .filteredOn(
                        attempt -> !(attempt instanceof Attempt.OthersTurn) && !(attempt instanceof Attempt.Changed))
                .containsExactly(new Attempt.Found(finding));
    }

    @Test
    void what_happened_is_recorded_once_and_replayed() throws Exception {
        List<Attempt> came = askAtBoth(HAPPENED);

        assertOneFound(came, HAPPENED);
        assertThat(asked).hasValue(1);
        assertReplay(engine.execute(operation("k"), this::pay), response(201, "found"));
        assertThat(effects).hasValue(0);
    }

    @Test
    void what_did_not_happen_is_released_once_and_executed_once() throws Exception {
        List<Attempt> came = askAtBoth(new Finding.DidNotHappen());
        List<Answer> answers = Parallel.run(CALLERS, () -> engine.execute(operation("k"), this::pay));

        assertOneFound(came, new Finding.DidNotHappen());
        assertThat(asked).hasValue(1);
        assertThat(answers).filteredOn(Answer.Fresh.class::isInstance).hasSize(1);
        assertThat(effects).hasValue(1);
    }

    @Test
    void who_is_answered_after_its_turn_changes_nothing_that_others_have_begun() throws Exception {
        CountDownLatch isAsked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        OnDemand late = at(other, (record, unknownFor) -> {
            isAsked.countDown();
            answer.await();
            return new Finding.DidNotHappen();
        });
        OnDemand quick = at(engine, (record, unknownFor) -> new Finding.DidNotHappen());
        Future<Attempt> first = threads.submit(() -> ask(late));
        assertThat(isAsked.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(ask(quick)).as("in the turn of the other").isInstanceOf(Attempt.OthersTurn.class);
        clock.advance(Duration.ofSeconds(11));

        assertThat(ask(quick)).isEqualTo(new Attempt.Found(new Finding.DidNotHappen()));
        assertFresh(engine.execute(operation("k"), this::pay), response(201, "effect 1"));
        answer.countDown();

        assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo(new Attempt.NotWritten(new Finding.DidNotHappen()));
        assertReplay(engine.execute(operation("k"), this::pay), response(201, "effect 1"));
        assertThat(effects).hasValue(1);
    }

    @Test
    void while_the_store_does_not_answer_nobody_is_asked() {
        store.inject(FaultyStore.Fault.FAIL, FaultyStore.Call.START_RECONCILING);
        OnDemand node = at(engine, (record, unknownFor) -> {
            asked.incrementAndGet();
            return HAPPENED;
        });

        assertThatThrownBy(() -> ask(node)).isInstanceOf(StoreException.class);
        assertThat(asked).hasValue(0);

        store.heal();
        assertThat(ask(node)).isEqualTo(new Attempt.Found(HAPPENED));
    }

    @Test
    void an_answer_whose_acknowledgement_is_lost_is_written_all_the_same() {
        store.inject(FaultyStore.Fault.LOSE_ACKNOWLEDGEMENT, FaultyStore.Call.COMPLETE, 1);

        assertThat(ask(at(engine, (record, unknownFor) -> HAPPENED))).isEqualTo(new Attempt.Found(HAPPENED));

        assertThat(state(operation("k"))).isInstanceOf(Completed.class);
    }

    @Test
    void a_reconciler_that_fails_leaves_it_unknown_and_what_is_kept_follows_the_policy_S25() {
        OnDemand failing = at(engine, (record, unknownFor) -> {
            throw new IllegalStateException("no network");
        });
        assertThat(ask(failing))
                .isInstanceOfSatisfying(
                        Attempt.Found.class,
                        found -> assertThat(found.finding()).asString().contains("no network"));
        assertThat(state(operation("k"))).isInstanceOf(Unknown.class);
        clock.advance(Duration.ofSeconds(11));

        OperationPolicy rejects =
                POLICY.withDuplicates(Duplicates.REJECT).withReconciler((record, unknownFor) -> HAPPENED);
        OnDemand rejecting = other.reconciling(id -> Optional.of(rejects));
        assertThat(ask(rejecting)).isEqualTo(new Attempt.Found(HAPPENED));
        Response kept = ((Completed) state(operation("k"))).response();
        assertThat(kept.body().isOmitted()).isTrue();
    }
}
