package dev.reprise.testkit.simulation;

import dev.reprise.memory.MemoryDatabase;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.spi.EngineRuntime.Latch;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore.Failure;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The database that the processes of a run share. {@link MemoryDatabase} lets one transaction write at a time, and others
 * wait for it here, in simulated time.
 */
final class StepsDatabase {
    private static final Duration LONG = Duration.ofDays(1);

    private final World world;
    private final MemoryDatabase memory;
    private final StepsOracle oracle;
    private final Sessions<StepsSession> sessions;
    private @Nullable StepsSession writer;
    private Latch released;

    StepsDatabase(World world) {
        this.world = world;
        this.memory = new MemoryDatabase(world.clock());
        this.oracle = new StepsOracle(world, memory);
        this.sessions = new Sessions<>(world);
        this.released = world.scheduler().latch();
    }

    World world() {
        return world;
    }

    MemoryDatabase memory() {
        return memory;
    }

    StepsOracle oracle() {
        return oracle;
    }

    Sessions<StepsSession> sessions() {
        return sessions;
    }

    StepsSession connect(SimulatedProcess process, @Nullable RequestRun request) {
        return sessions.connect(
                process,
                number -> new StepsSession(number, process, this, (MemoryTransaction) memory.begin(), request));
    }

    /** A statement, which waits for its turn if it writes. */
    <R> R statement(StepsSession session, boolean writes, String what, Supplier<R> work) {
        return sessions.statement(session, () -> session.process() + ": " + what, () -> {
            if (writes) {
                awaitTurn(session);
                writer = session;
            }
            return refusing(work);
        });
    }

    /** A change in a transaction of its own. */
    <R> R alone(Supplier<R> work) {
        awaitTurn(null);
        return refusing(work);
    }

    /** What this database throws, it throws because somebody else was faster. */
    private static <R> R refusing(Supplier<R> work) {
        try {
            return work.get();
        } catch (DatabaseException e) {
            throw e;
        } catch (StoreException e) {
            throw new DatabaseException(Failure.RETRY, "Refused: " + e.getMessage());
        }
    }

    private void awaitTurn(@Nullable StepsSession session) {
        while (writer != null && writer != session) {
            if (world.scheduler().isBetweenSteps()) {
                throw new DatabaseException(Failure.OTHER, "Somebody else writes");
            }
            try {
                boolean ignored = released.await(LONG);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DatabaseException(Failure.OTHER, "Interrupted while waiting for a lock");
            }
            if (session != null && session.ended) {
                throw new DatabaseException(Failure.UNKNOWN, "The simulated connection is gone");
            }
        }
    }

    /** Whoever has only looked waits for its turn now. */
    void commit(StepsSession session) {
        if (!session.ended && !session.lost) {
            awaitTurn(session);
            writer = session;
        }
        sessions.commit(session);
    }

    void apply(StepsSession session) {
        oracle.commits(session, () -> session.transaction().commit());
    }

    void release(StepsSession session) {
        session.transaction().close();
        if (writer == session) {
            writer = null;
            Latch waiting = released;
            released = world.scheduler().latch();
            waiting.open();
        }
    }
}
