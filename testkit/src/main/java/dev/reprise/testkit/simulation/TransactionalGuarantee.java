package dev.reprise.testkit.simulation;

import dev.reprise.Answer;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.TransactionalEngine;
import dev.reprise.spi.Transactions;
import dev.reprise.testkit.simulation.SimulatedDatabase.Session;
import java.time.Duration;
import java.util.List;

/** Engines of the transactional guarantee on one database. */
final class TransactionalGuarantee implements Guarantee {
    private final World world;
    private final SimulatedDatabase database;

    TransactionalGuarantee(World world) {
        this.world = world;
        this.database = new SimulatedDatabase(world);
        world.oracle().expectTransactions();
    }

    @Override
    public Engine start(int node, String name, SimulatedRuntime runtime) {
        Transactions<Session> transactions = () -> transaction(database.connect(runtime.process()));
        TransactionalEngine<Session> engine = TransactionalEngine.over(transactions, database)
                .runtime(runtime)
                .commitCheckTimeout(Duration.ofSeconds(2))
                .reaper(Duration.ofSeconds(1), 10)
                .build();
        return new Engine() {
            @Override
            public Answer execute(Operation operation, RequestRun attempt) {
                return engine.execute(operation, execution -> {
                    Session session = execution.transaction();
                    return attempt.handle(session.token(), effect -> database.add(session, effect));
                });
            }

            @Override
            public List<String> problems() {
                return engine.problems();
            }

            @Override
            public void close() {
                engine.close();
            }
        };
    }

    private Transactions.Transaction<Session> transaction(Session session) {
        return new Transactions.Transaction<>() {
            @Override
            public Session handle() {
                return session;
            }

            @Override
            public void commit() {
                database.commit(session);
            }

            @Override
            public void close() {
                database.close(session);
            }
        };
    }

    /** There is nothing that an operator has to decide. */
    @Override
    public void operate(OperationId id, Disturbance.Operator.Action action) {
        if (action == Disturbance.Operator.Action.PURGE) {
            database.purgeExpired(10);
        }
    }

    @Override
    public void died(SimulatedProcess process) {
        database.died(process);
    }

    @Override
    public void awaitSettled() throws InterruptedException {
        world.scheduler().sleep(world.settings().settling());
    }

    @Override
    public boolean mayBeInProgress(boolean askedBefore) {
        return false;
    }

    @Override
    public void requireSettled(List<SimulatedProcess> living) {
        for (SimulatedProcess client : database.clients()) {
            if (living.contains(client)) {
                world.oracle().violated("a transaction of " + client + " was never ended");
            }
        }
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
