package dev.reprise.testkit.resumable;

import dev.reprise.Answer;
import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState;
import dev.reprise.OperationType;
import dev.reprise.Scope;
import dev.reprise.memory.MemoryDatabase;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.resumable.Codec;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.resumable.ResumableOperation;
import dev.reprise.resumable.ResumablePolicy;
import dev.reprise.resumable.Steps;
import dev.reprise.spi.ResumableStore.Progressing;
import dev.reprise.spi.ResumableStore.Recorded;
import dev.reprise.testkit.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;

/** Engines on a database in memory whose clock is moved by hand, and the words in which their tests speak. */
abstract class Fixture {
    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final Codec<String> TEXT = Codecs.builtIn().of(String.class);
    static final ResumablePolicy POLICY =
            ResumablePolicy.DEFAULT.withAttempts(3, Duration.ofMillis(1), Duration.ofMillis(1));
    static final OperationType TYPE = new OperationType("book-ride", 1);
    static final OperationId ID = new OperationId(new Scope("alice", "/rides"), new IdempotencyKey("ride-1"));

    final SettableClock clock = new SettableClock();
    final MemoryDatabase database = new MemoryDatabase(clock);
    final Peer peer = new Peer();
    final List<String> effects = new CopyOnWriteArrayList<>();
    final List<IdempotencyEvent> events = new CopyOnWriteArrayList<>();
    final CountDownLatch never = new CountDownLatch(1);
    private final List<ResumableEngine<MemoryTransaction>> engines = new ArrayList<>();

    @AfterEach
    final void close() {
        never.countDown();
        engines.forEach(ResumableEngine::close);
    }

    static Resumable<String, String, MemoryTransaction> type(
            ResumableOperation<String, String, MemoryTransaction> operation) {
        return Resumable.returning(TYPE, TEXT, TEXT, operation).with(POLICY);
    }

    /** A node that does what it is asked to, and takes nothing over by itself. */
    ResumableEngine<MemoryTransaction> node(Resumable<?, ?, MemoryTransaction> type) {
        return node(type, 0);
    }

    /** A node that also looks for what nobody is at work on. */
    ResumableEngine<MemoryTransaction> completing(Resumable<?, ?, MemoryTransaction> type) {
        return node(type, 4);
    }

    private ResumableEngine<MemoryTransaction> node(Resumable<?, ?, MemoryTransaction> type, int mostAtWork) {
        ResumableEngine<MemoryTransaction> engine = ResumableEngine.over(database, database)
                .register(type)
                .listener(events::add)
                .completer(Duration.ofMillis(4), mostAtWork)
                .patience(Duration.ZERO)
                .build();
        engines.add(engine);
        return engine;
    }

    Answer run(Resumable<String, String, MemoryTransaction> type) {
        return node(type).run(ID, type, "to the airport", Duration.ZERO);
    }

    /** Lets a node run the operation until it has come to where it never gets on, and is as good as dead. */
    void crash(Resumable<String, String, MemoryTransaction> type, CountDownLatch there) throws InterruptedException {
        ResumableEngine<MemoryTransaction> dying = node(type);
        Thread.ofVirtual().start(() -> dying.run(ID, type, "to the airport", Duration.ZERO));
        there.await();
        leaseRunsOut();
    }

    void leaseRunsOut() {
        clock.advance(POLICY.lease().plusMillis(1));
    }

    /** Where a process dies. */
    String dieAfter(CountDownLatch there) throws InterruptedException {
        there.countDown();
        never.await();
        throw new IllegalStateException("The test is over");
    }

    /** A local step with an effect. */
    String effect(MemoryTransaction transaction, String what) {
        transaction.onCommit(() -> effects.add(what));
        return what;
    }

    /** An operation of a local step, a remote one, and another local one. */
    final String book(String to, Steps<MemoryTransaction> steps) {
        String ride = steps.local("create ride", String.class, tx -> effect(tx, "ride " + to));
        String charge = steps.remote("charge card", String.class, key -> peer.call(key, "charge"));
        return steps.local("confirm", String.class, tx -> effect(tx, ride + ", " + charge));
    }

    Progressing found() {
        return database.find(ID).orElseThrow();
    }

    OperationState state() {
        return found().record().state();
    }

    List<String> steps() {
        return found().steps().stream()
                .map(Recorded::step)
                .map(step -> step.name())
                .toList();
    }
}
