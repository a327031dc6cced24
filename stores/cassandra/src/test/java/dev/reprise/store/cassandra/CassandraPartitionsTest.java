package dev.reprise.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.CassandraNodes;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.NodeNetwork;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Nodes that do not hear each other, while callers reach all of them, for shorter than nodes notice and for longer. Every operation has one
 * effect. {@link PartitionRun} does it, in a network of its own.
 */
@Isolated("the nodes need the processors")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CassandraPartitionsTest {
    private static final boolean FULL = "full".equals(System.getProperty("reprise.proof"));
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private @Nullable ChildProcess program;

    @BeforeAll
    void start() throws IOException {
        Assumptions.assumeTrue(FULL, "nodes of Cassandra are cut off from each other in the full proof");
        CassandraNodes.unavailable().ifPresent(Assumptions::abort);
        NodeNetwork.unavailable().ifPresent(Assumptions::abort);
        program = NodeNetwork.program(PartitionRun.class, List.of("-Xmx256m"), List.of());
    }

    @AfterAll
    void stop() {
        if (program != null) {
            program.terminate(Duration.ofSeconds(30));
            program.close();
        }
    }

    @Test
    void a_node_that_the_others_do_not_hear_decides_nothing_and_nothing_happens_twice() {
        passes(PartitionRun.ISOLATED);
    }

    @Test
    void two_nodes_that_do_not_hear_each_other_both_decide_and_nothing_happens_twice() {
        passes(PartitionRun.PARTED);
    }

    @Test
    void where_nobody_hears_anybody_nothing_happens_until_they_do_S22() {
        passes(PartitionRun.ALONE);
    }

    private void passes(String name) {
        ChildProcess run = Objects.requireNonNull(program);
        String line = run.awaitLine(printed -> printed.startsWith(name + ": "), LIMIT);

        assertThat(line)
                .as(() -> String.join("\n", run.output()))
                .contains("as many effects")
                .doesNotContain(PartitionRun.FAILED);
        System.getLogger(CassandraPartitionsTest.class.getName()).log(System.Logger.Level.INFO, line);
    }
}
