package dev.reprise.testkit.resumable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.reprise.Answer;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.OperationType;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.spi.EngineRuntime;
import dev.reprise.spi.ResumableStore.Backlog;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Nobody asks again, and yet what was begun is finished (P7). */
class CompleterTest extends Fixture {
    private final Resumable<String, String, MemoryTransaction> charging =
            type((to, steps) -> steps.remote("charge card", String.class, key -> peer.call(key, to)));

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("patience").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static OperationId id(int number) {
        return new OperationId(ID.scope(), new IdempotencyKey("ride-" + number));
    }

    private boolean isFinished(OperationId id) {
        return database.find(id).orElseThrow().record().state() instanceof Completed;
    }

    /** Operations that a node has recorded before it was gone. */
    private List<OperationId> abandoned(int number) {
        ResumableEngine<MemoryTransaction> gone = node(charging);
        List<OperationId> ids = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            gone.start(id(i), charging, "ride " + i);
            ids.add(id(i));
        }
        leaseRunsOut();
        return ids;
    }

    @Test
    void an_abandoned_operation_is_finished_by_another_node_P7() throws Exception {
        CountDownLatch there = new CountDownLatch(1);
        crash(type((to, steps) -> steps.remote("charge card", String.class, key -> dieAfter(there))), there);

        completing(charging);

        await(() -> isFinished(ID));
        assertThat(charging.result(run(charging))).contains("to the airport done");
    }

    @Test
    void a_node_that_is_paused_takes_nothing_over_until_it_is_resumed_P7() {
        Duration rest = Duration.ofMillis(1);
        AtomicInteger rests = new AtomicInteger();
        List<OperationId> ids = abandoned(1);
        try (ResumableEngine<MemoryTransaction> paused = ResumableEngine.over(database, database)
                .register(charging)
                .runtime(counting(rest, rests))
                .completer(rest.multipliedBy(2), 4)
                .startPaused()
                .build()) {
            await(() -> rests.get() > 5);
            assertThat(isFinished(ids.get(0))).isFalse();

            paused.resume();
            await(() -> isFinished(ids.get(0)));

            paused.pause();
            await(() -> paused.running() == 0);
            List<OperationId> more = abandoned(2);
            int before = rests.get();
            await(() -> rests.get() > before + 5);
            assertThat(isFinished(more.get(1))).isFalse();
        }
    }

    /** A runtime by which a test sees how often somebody rests for that long. */
    private static EngineRuntime counting(Duration rest, AtomicInteger rests) {
        EngineRuntime system = EngineRuntime.system();
        return (EngineRuntime) Proxy.newProxyInstance(
                CompleterTest.class.getClassLoader(),
                new Class<?>[] {EngineRuntime.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("sleep") && rest.equals(arguments[0])) {
                        rests.incrementAndGet();
                    }
                    try {
                        return method.invoke(system, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void an_operation_that_was_started_is_answered_later() {
        ResumableEngine<MemoryTransaction> engine = completing(charging);

        Optional<Answer> first = engine.start(ID, charging, "to the airport");
        await(() -> isFinished(ID));
        Optional<Answer> again = engine.start(ID, charging, "to the airport");

        assertThat(first).isEmpty();
        assertThat(charging.result(again.orElseThrow())).contains("to the airport done");
        assertThat(peer.calls()).hasSize(1);
    }

    @Test
    void a_sleeping_operation_is_woken_by_its_time() {
        Resumable<String, String, MemoryTransaction> patient = type((to, steps) -> {
            steps.sleep("overnight", Duration.ofHours(8));
            return "morning";
        });
        completing(patient).start(ID, patient, "x");
        await(() -> !steps().isEmpty());

        clock.advance(Duration.ofHours(8));

        await(() -> isFinished(ID));
    }

    @Test
    void two_nodes_of_one_name_finish_each_operation_once() {
        List<OperationId> ids = abandoned(40);

        completing(charging);
        completing(charging);

        await(() -> ids.stream().allMatch(this::isFinished));
        assertThat(peer.calls()).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void many_operations_are_taken_a_few_at_a_time_and_one_at_first() throws Exception {
        Semaphore atPeer = new Semaphore(0);
        AtomicInteger there = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Resumable<String, String, MemoryTransaction> slow =
                type((to, steps) -> steps.remote("charge card", String.class, key -> {
                    most.accumulateAndGet(there.incrementAndGet(), Math::max);
                    atPeer.acquire();
                    there.decrementAndGet();
                    return peer.call(key, to);
                }));
        List<OperationId> ids = abandoned(50);

        completing(slow);

        await(() -> there.get() == 1);
        atPeer.release();
        await(() -> there.get() == 2);
        assertThat(most).hasValue(2);
        atPeer.release(1_000);
        await(() -> ids.stream().allMatch(this::isFinished));
        assertThat(most.get()).isBetween(2, 4);
    }

    @Test
    void a_node_that_is_shut_down_while_it_goes_on_leaves_the_rest_to_others() throws Exception {
        CountDownLatch there = new CountDownLatch(1);
        abandoned(1);
        Resumable<String, String, MemoryTransaction> slow =
                type((to, steps) -> steps.remote("charge card", String.class, key -> dieAfter(there)));
        ResumableEngine<MemoryTransaction> draining = completing(slow);
        there.await();

        draining.close();

        await(() -> database.find(id(0)).orElseThrow().lastError().contains("InterruptedException"));
        completing(charging);
        clock.advance(Duration.ofSeconds(1));
        await(() -> isFinished(id(0)));
        assertThat(peer.calls()).hasSize(1);
    }

    @Test
    void one_that_took_over_and_lost_the_operation_again_changes_nothing() throws Exception {
        CountDownLatch there = new CountDownLatch(1);
        CountDownLatch back = new CountDownLatch(1);
        AtomicInteger returned = new AtomicInteger();
        abandoned(1);
        completing(type((to, steps) -> {
            steps.remote("charge card", String.class, key -> {
                there.countDown();
                back.await();
                return peer.call(key, to);
            });
            returned.incrementAndGet();
            return steps.local("confirm", String.class, tx -> effect(tx, "late"));
        }));
        there.await();
        leaseRunsOut();
        completing(type((to, steps) -> {
            steps.remote("charge card", String.class, key -> peer.call(key, to));
            return steps.local("confirm", String.class, tx -> effect(tx, "in time"));
        }));
        await(() -> isFinished(id(0)));

        back.countDown();

        await(() -> returned.get() == 1
                && events.stream().anyMatch(dev.reprise.IdempotencyEvent.LeaseLost.class::isInstance));
        assertThat(effects).containsExactly("in time");
        assertThat(peer.applied()).isEqualTo(1);
    }

    @Test
    void a_type_or_version_that_nobody_knows_is_left_alone_and_shown() {
        OperationType next = new OperationType(TYPE.name(), 2);
        Resumable<String, String, MemoryTransaction> newer = Resumable.returning(next, TEXT, TEXT, (to, steps) -> to);
        node(newer).start(ID, newer, "x");
        leaseRunsOut();

        ResumableEngine<MemoryTransaction> former = completing(charging);
        former.start(id(2), charging, "y");
        await(() -> isFinished(id(2)));

        assertThat(state()).isInstanceOf(Running.class);
        assertThat(former.stranded())
                .extracting(Backlog::type, Backlog::operations)
                .containsExactly(tuple(next, 1L));
        completing(newer);
        await(() -> isFinished(ID));
        assertThat(former.stranded()).isEmpty();
    }

    @Test
    void a_paused_type_is_left_alone_until_it_may_go_on() {
        List<OperationId> ids = abandoned(1);
        database.pause(TYPE.name(), true);
        completing(charging);

        Answer meanwhile = node(charging).run(ids.getFirst(), charging, "ride 0", Duration.ofMillis(100));
        assertThat(meanwhile).isInstanceOf(Answer.Reject.class);
        assertThat(peer.calls()).isEmpty();
        database.pause(TYPE.name(), false);

        await(() -> isFinished(ids.getFirst()));
    }

    @Test
    void an_operation_whose_owners_vanish_without_a_word_is_parked_after_some_attempts() throws Exception {
        for (int i = 0; i < 3; i++) {
            CountDownLatch there = new CountDownLatch(1);
            crash(type((to, steps) -> steps.remote("charge card", String.class, key -> dieAfter(there))), there);
        }

        completing(charging);

        await(() -> state() instanceof Unknown);
        assertThat(found().lastError()).contains("3 times").contains("vanished");
        assertThat(peer.calls()).isEmpty();
        database.resume(ID);
        await(() -> isFinished(ID));
    }
}
