package dev.reprise.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationState.Completed;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Future.State;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers that go on while something happens to the servers: each operation is sent by two of them, through different engines. The
 * oracle: every operation had one effect, every answer was that of this effect, and none of them is gone. Thread-safe.
 */
final class Load implements AutoCloseable {
    private static final int CALLERS = 16;
    /** Between two operations of a caller; a node that starts again needs the processors, too. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final String name;
    private final Transfers transfers;
    private final List<IdempotencyEngine> engines;
    private final List<String> answered = new ArrayList<>();
    /** What callers have no answer to yet. */
    private final Map<Integer, String> sending = new ConcurrentHashMap<>();

    private final List<Future<?>> callers = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean over;

    private Load(String name, Transfers transfers, List<IdempotencyEngine> engines) {
        this.name = name;
        this.transfers = transfers;
        this.engines = List.copyOf(engines);
    }

    /** Starts the callers. */
    static Load start(String name, Transfers transfers, List<IdempotencyEngine> engines) {
        Load load = new Load(name, transfers, engines);
        for (int i = 0; i < CALLERS; i++) {
            int number = i;
            load.callers.add(load.threads.submit(() -> load.call(number)));
        }
        return load;
    }

    private void call(int number) {
        IdempotencyEngine engine = engines.get(number % engines.size());
        for (int i = 0; !over; i++) {
            String key = name + "-" + number / 2 + "-" + i;
            sending.put(number, key);
            assertThat(transfers.send(engine, key)).isEqualTo(key + " 1");
            sending.remove(number);
            synchronized (answered) {
                answered.add(key);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private List<String> unanswered(CassandraStore store) {
        return sending.values().stream()
                .distinct()
                .map(key -> key + ": " + store.find(Transfers.id(key)))
                .toList();
    }

    private int answers() {
        synchronized (answered) {
            return answered.size();
        }
    }

    /** How many effects there have been so far. */
    int effects() {
        return transfers.count();
    }

    /** Waits until each caller could have had an answer: with a majority of the nodes, they go on. */
    void goesOn() {
        int enough = answers() + CALLERS;
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (answers() < enough) {
            if (System.nanoTime() - end > 0 || callers.stream().anyMatch(caller -> caller.state() == State.FAILED)) {
                throw new AssertionError(name + ": the callers do not go on; " + answers() + " answers, "
                        + transfers.count() + " effects, told to come again " + transfers.refused() + " times");
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    /** Lets the callers end, and returns what there is to say about them. */
    String end(CassandraStore store) throws Exception {
        over = true;
        for (Future<?> caller : callers) {
            try {
                caller.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw new AssertionError(name + ": " + e.getCause(), e.getCause());
            } catch (TimeoutException e) {
                throw new AssertionError(name + ": no final answer, and the records are " + unanswered(store), e);
            }
        }
        assertThat(answered).isNotEmpty();
        assertThat(answered).as("acknowledged, and gone").allMatch(key -> isCompleted(store, key));
        assertThat(transfers.effects()).containsKeys(answered.toArray(String[]::new));
        assertThat(transfers.effects())
                .allSatisfy((key, count) -> assertThat(count).as(key).hasValue(1));
        return transfers.effects().size() + " operations, as many effects; told to come again " + transfers.refused()
                + " times, " + transfers.unknown() + " of them because the outcome was unknown";
    }

    /** Nodes that have just found each other again, on a busy machine, may not answer at once. */
    private static boolean isCompleted(CassandraStore store, String key) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return store.find(Transfers.id(key))
                        .filter(record -> record.state() instanceof Completed)
                        .isPresent();
            } catch (StoreException e) {
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() {
        over = true;
        threads.shutdownNow();
    }
}
