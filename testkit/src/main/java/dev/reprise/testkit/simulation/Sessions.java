package dev.reprise.testkit.simulation;

import dev.reprise.spi.TransactionalStore.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The open transactions of a simulated database, and what goes wrong with them: statements fail, transactions are rolled back
 * because of others, and commits lose their acknowledgement, whether they happen, happen later, or never.
 */
final class Sessions<S extends Sessions.Session> {
    /** Until when a server notices that its client is gone. */
    private static final Duration DETECTION = Duration.ofMillis(700);

    /** An open transaction, and the connection on which it is. */
    abstract static class Session {
        private final long number;
        private final SimulatedProcess process;
        boolean ended;
        boolean lost;

        Session(long number, SimulatedProcess process) {
            this.number = number;
            this.process = process;
        }

        final long number() {
            return number;
        }

        final SimulatedProcess process() {
            return process;
        }

        /** What the transaction did takes effect, all of it at once. */
        abstract void apply();

        /** Its locks are free. */
        abstract void release();
    }

    private final World world;
    private final List<S> open = new ArrayList<>();
    private long last;

    Sessions(World world) {
        this.world = world;
    }

    /** @param made makes the session of that number */
    S connect(SimulatedProcess process, LongFunction<S> made) {
        return statement(null, () -> process + ": begin", () -> {
            S session = made.apply(++last);
            open.add(session);
            return session;
        });
    }

    /** @param session in which; null for a transaction of its own */
    <R> R statement(@Nullable S session, Supplier<String> what, Supplier<R> work) {
        world.scheduler().pass();
        if (session != null) {
            requireUsable(session);
        }
        Optional<CallFault> fault = world.faults().next(what);
        if (fault.isEmpty()) {
            return work.get();
        }
        return switch (fault.get()) {
            case FAILS, COMES_LATE ->
                throw new DatabaseException(Failure.RETRY, "The simulated statement has a deadlock");
            case LOSES_ITS_ANSWER, COMES_AFTER_THE_LEASE ->
                throw new DatabaseException(Failure.OTHER, "The simulated statement fails");
            case THROWS_AN_ERROR, THROWS_AN_ERROR_AFTERWARDS -> throw new SimulatedError("An error, as simulated");
            case IS_SLOW -> {
                pause(RunRules.STORE_TIME_LIMIT);
                if (session != null) {
                    requireUsable(session);
                }
                yield work.get();
            }
        };
    }

    /** Commits, and may lose the acknowledgement whatever becomes of it. */
    void commit(S session) {
        Scheduler scheduler = world.scheduler();
        scheduler.pass();
        requireUsable(session);
        Optional<CallFault> fault = world.faults().next(() -> session.process() + ": commit");
        if (fault.isEmpty()) {
            apply(session);
            scheduler.pass();
            return;
        }
        switch (fault.get()) {
            case FAILS -> {
                end(session);
                boolean refused = session.number() % 3 == 0;
                throw refused
                        ? new DatabaseException(Failure.REFUSED, "The simulated commit is refused")
                        : new DatabaseException(Failure.RETRY, "The simulated commit fails because of another one");
            }
            case LOSES_ITS_ANSWER -> {
                apply(session);
                throw lost(session);
            }
            case COMES_LATE -> {
                scheduler.after(Duration.ofMillis(300), () -> apply(session));
                throw lost(session);
            }
            case COMES_AFTER_THE_LEASE -> {
                scheduler.after(DETECTION, () -> end(session));
                throw lost(session);
            }
            case THROWS_AN_ERROR -> {
                scheduler.after(DETECTION, () -> end(session));
                throw new SimulatedError("An error, as simulated");
            }
            case THROWS_AN_ERROR_AFTERWARDS -> {
                apply(session);
                throw new SimulatedError("An error, as simulated");
            }
            case IS_SLOW -> {
                pause(RunRules.STORE_TIME_LIMIT);
                apply(session);
            }
        }
    }

    /** The connection is gone, and nobody knows what became of the commit. */
    private static DatabaseException lost(Session session) {
        session.lost = true;
        return new DatabaseException(Failure.UNKNOWN, "The simulated connection breaks in the commit");
    }

    private void apply(S session) {
        if (!session.ended) {
            session.apply();
            end(session);
        }
    }

    /** Rolls back what has not been committed, and lets go of the locks. */
    private void end(S session) {
        if (open.remove(session)) {
            session.ended = true;
            session.release();
        }
    }

    /** Rolls back, unless the connection is gone: then the server does it when it notices. */
    void close(S session) {
        if (!session.lost) {
            end(session);
        }
    }

    /** The server notices after a while that the client of its sessions is gone. */
    void died(SimulatedProcess process) {
        for (S session : List.copyOf(open)) {
            if (session.process().equals(process) && !session.lost) {
                world.scheduler().after(DETECTION, () -> end(session));
            }
        }
    }

    /** The processes whose transactions are open. */
    List<SimulatedProcess> clients() {
        return open.stream().map(Session::process).toList();
    }

    private static void requireUsable(Session session) {
        if (session.ended || session.lost) {
            throw new DatabaseException(Failure.UNKNOWN, "The simulated connection is gone");
        }
    }

    private void pause(Duration time) {
        try {
            world.scheduler().sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseException(Failure.UNKNOWN, "Interrupted while waiting for the simulated database");
        }
    }
}
