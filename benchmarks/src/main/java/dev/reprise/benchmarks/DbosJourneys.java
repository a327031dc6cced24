package dev.reprise.benchmarks;

import dev.dbos.transact.DBOS;
import dev.dbos.transact.config.DBOSConfig;
import dev.dbos.transact.context.WorkflowOptions;
import dev.dbos.transact.txstep.JdbcStepFactory;
import dev.dbos.transact.workflow.Workflow;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;

/** The operation of {@link Journeys} as a workflow of DBOS Transact, whose steps commit with their results. */
final class DbosJourneys implements AutoCloseable {
    /** What is registered. */
    public interface Code {
        /** The operation. */
        String run(String input) throws SQLException;
    }

    private static final class Steps implements Code {
        private final JdbcStepFactory steps;

        private Steps(JdbcStepFactory steps) {
            this.steps = steps;
        }

        @Override
        @Workflow(name = "journey")
        public String run(String input) throws SQLException {
            String first = steps.txStep(Journeys::step, "first");
            String second = steps.txStep(Journeys::step, "second");
            return first + second + steps.txStep(Journeys::step, "third");
        }
    }

    private final DBOS dbos;
    private final Code code;

    /**
     * Launches it.
     *
     * @param own for its own tables
     * @param business for the steps
     */
    DbosJourneys(DataSource own, DataSource business) {
        dbos = new DBOS(DBOSConfig.defaults("benchmark").withDataSource(own));
        code = dbos.registerProxy(Code.class, new Steps(new JdbcStepFactory(dbos, business)));
        dbos.launch();
    }

    @SuppressWarnings("try") // The context ends with the block.
    void run() {
        try (var ignored = new WorkflowOptions(UUID.randomUUID().toString()).setContext()) {
            String result = code.run(Journeys.RESULT);
            if (result.isEmpty()) {
                throw new IllegalStateException("No result");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        dbos.close();
    }
}
