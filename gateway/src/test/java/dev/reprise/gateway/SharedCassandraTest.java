package dev.reprise.gateway;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.store.cassandra.CassandraSchema;
import dev.reprise.store.cassandra.CassandraStore;
import dev.reprise.testkit.CassandraNodes;
import dev.reprise.testkit.FullProof;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/** Several gateways on one Cassandra. */
class SharedCassandraTest extends SharedStoreContract {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static @Nullable CassandraNodes nodes;
    private static int keyspaces;

    private final String keyspace = "records" + ++keyspaces;
    private boolean made;

    @BeforeAll
    static void startNode() {
        Assumptions.assumeTrue(FullProof.WANTED, "gateways run on Cassandra in the full proof");
        CassandraNodes.unavailable().ifPresent(Assumptions::abort);
        nodes = CassandraNodes.start(1, "-XX:TieredStopAtLevel=1");
        warmUp();
    }

    @AfterAll
    static void stopNode() {
        if (nodes != null) {
            nodes.close();
        }
    }

    /** The first calls of a node take longer than a gateway waits for a store. */
    private static void warmUp() {
        try (CqlSession session = session()) {
            make(session, "cold");
            try (CassandraStore store = CassandraStore.over(session)
                    .keyspace("cold")
                    .timeLimit(PATIENCE)
                    .open()) {
                for (int i = 0; i < 100; i++) {
                    Claim claim = new Claim(
                            new OperationId(new Scope("nobody", "/"), new IdempotencyKey("k" + i)),
                            new RequestFingerprint(1, new byte[] {1}),
                            new Owner("warm-up", i),
                            PATIENCE,
                            FencingToken.NONE);
                    if (store.acquire(claim) instanceof Acquisition.Acquired acquired) {
                        store.complete(acquired.lease(), new Response(200, Headers.EMPTY, Body.EMPTY), PATIENCE);
                    }
                }
            }
        }
    }

    private static CqlSession session() {
        return CqlSession.builder()
                .addContactPoint(node())
                .withLocalDatacenter("datacenter1")
                .withConfigLoader(DriverConfigLoader.programmaticBuilder()
                        .withDuration(DefaultDriverOption.CONNECTION_CONNECT_TIMEOUT, PATIENCE)
                        .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, PATIENCE)
                        .withDuration(DefaultDriverOption.CONTROL_CONNECTION_TIMEOUT, PATIENCE)
                        .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, PATIENCE)
                        .build())
                .build();
    }

    private static void make(CqlSession session, String keyspace) {
        session.execute("CREATE KEYSPACE IF NOT EXISTS " + keyspace
                + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        CassandraSchema.of(keyspace, "reprise").create(session);
    }

    private static InetSocketAddress node() {
        return Objects.requireNonNull(nodes).addresses().getFirst();
    }

    @Override
    String url() {
        if (!made) {
            try (CqlSession session = session()) {
                make(session, keyspace);
            }
            made = true;
        }
        return "cassandra://" + node().getHostString() + ":" + node().getPort() + "/" + keyspace;
    }
}
