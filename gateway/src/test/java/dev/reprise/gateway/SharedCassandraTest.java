package dev.reprise.gateway;

import com.datastax.oss.driver.api.core.CqlSession;
import dev.reprise.store.cassandra.CassandraSchema;
import dev.reprise.testkit.CassandraNodes;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/** Several gateways on one Cassandra. */
class SharedCassandraTest extends SharedStoreContract {
    private static @Nullable CassandraNodes nodes;
    private static int keyspaces;

    private final String keyspace = "records" + ++keyspaces;

    @BeforeAll
    static void startNode() {
        Assumptions.assumeTrue(
                "full".equals(System.getProperty("reprise.proof")), "gateways run on Cassandra in the full proof");
        CassandraNodes.unavailable().ifPresent(Assumptions::abort);
        nodes = CassandraNodes.start(1);
    }

    @AfterAll
    static void stopNode() {
        if (nodes != null) {
            nodes.close();
        }
    }

    private static InetSocketAddress node() {
        return java.util.Objects.requireNonNull(nodes).addresses().getFirst();
    }

    @Override
    String url() {
        try (CqlSession session = CqlSession.builder()
                .addContactPoint(node())
                .withLocalDatacenter("datacenter1")
                .build()) {
            session.execute("CREATE KEYSPACE IF NOT EXISTS " + keyspace
                    + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
            CassandraSchema.of(keyspace, "reprise").create(session);
        }
        return "cassandra://" + node().getHostString() + ":" + node().getPort() + "/" + keyspace;
    }
}
