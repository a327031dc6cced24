package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import dev.reprise.testkit.CassandraNodes;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests one node of Cassandra, or a session with it, for all tests of a run. The keyspace {@link CassandraSessions#KEYSPACE} has
 * the tables. Where no node can be started, the tests are skipped, with the reason.
 */
final class SharedCassandra implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(SharedCassandra.class);

    /** A session that is closed before the node is. */
    private record Open(CassandraNodes nodes, CqlSession session) implements AutoCloseable {
        static Open start() {
            CassandraNodes nodes = CassandraNodes.start(1, "-XX:TieredStopAtLevel=1");
            CqlSession session = CassandraSessions.open(nodes);
            CassandraSessions.createTables(session, CassandraSessions.KEYSPACE, 1);
            return new Open(nodes, session);
        }

        @Override
        public void close() {
            session.close();
            nodes.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == CassandraNodes.class || type == CqlSession.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        CassandraNodes.unavailable().ifPresent(Assumptions::abort);
        Open open =
                context.getRoot().getStore(NAMESPACE).computeIfAbsent(Open.class, ignored -> Open.start(), Open.class);
        return parameter.getParameter().getType() == CqlSession.class ? open.session() : open.nodes();
    }
}
