package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.CqlSessionBuilder;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.loadbalancing.NodeDistance;
import dev.reprise.testkit.CassandraNodes;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** Sessions with the nodes of a test, in a keyspace with the tables. */
final class CassandraSessions {
    static final String KEYSPACE = "contract";
    private static final String DATA_CENTRE = "datacenter1";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private CassandraSessions() {}

    static CqlSession open(CassandraNodes nodes) {
        return open(nodes.addresses());
    }

    static CqlSession open(List<InetSocketAddress> addresses) {
        return builder(addresses, DATA_CENTRE).build();
    }

    /** A session for which one node decides every call, counted from 1. */
    static CqlSession at(CassandraNodes nodes, int node) {
        InetSocketAddress address = nodes.addresses().get(node - 1);
        return builder(List.of(address), DATA_CENTRE)
                .withNodeDistanceEvaluator((other, dataCentre) ->
                        other.getEndPoint().resolve().equals(address) ? NodeDistance.LOCAL : NodeDistance.IGNORED)
                .build();
    }

    /** A session with the nodes of one data centre, of which one is named, counted from 1. */
    static CqlSession in(String dataCentre, CassandraNodes nodes, int node) {
        return builder(List.of(nodes.addresses().get(node - 1)), dataCentre).build();
    }

    private static CqlSessionBuilder builder(List<InetSocketAddress> addresses, String dataCentre) {
        return CqlSession.builder()
                .addContactPoints(addresses)
                .withLocalDatacenter(dataCentre)
                .withConfigLoader(DriverConfigLoader.programmaticBuilder()
                        // As the store advises: in V5 a conditional write that times out breaks the calls of others.
                        .withString(DefaultDriverOption.PROTOCOL_VERSION, "V4")
                        .withDuration(DefaultDriverOption.CONNECTION_CONNECT_TIMEOUT, PATIENCE)
                        .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, PATIENCE)
                        .withDuration(DefaultDriverOption.CONTROL_CONNECTION_TIMEOUT, PATIENCE)
                        .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, 0)
                        .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 0)
                        .withDuration(DefaultDriverOption.RECONNECTION_BASE_DELAY, Duration.ofMillis(100))
                        .withDuration(DefaultDriverOption.RECONNECTION_MAX_DELAY, Duration.ofSeconds(1))
                        .build());
    }

    /** Creates the keyspace, if it is not there, with one copy on each node, and the tables. */
    static void createTables(CqlSession session, String keyspace, int copies) {
        execute(
                session,
                "CREATE KEYSPACE IF NOT EXISTS " + keyspace
                        + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': " + copies + "}");
        CassandraSchema.of(keyspace, "reprise").create(session);
    }

    /** The records of a keyspace, as a store reads and writes them. */
    static CqlRecords records(CqlSession session, Duration timeLimit) {
        CqlTables tables = new CqlTables(KEYSPACE, CqlTables.DEFAULT_PREFIX);
        CqlAccess access = new CqlAccess(session, SerialConsistency.EVERYWHERE, timeLimit);
        return new CqlRecords(access, new RecordStatements(access, tables), new Bodies(access, tables));
    }

    static void execute(CqlSession session, String statement) {
        session.execute(SimpleStatement.newInstance(statement).setTimeout(PATIENCE));
    }
}
