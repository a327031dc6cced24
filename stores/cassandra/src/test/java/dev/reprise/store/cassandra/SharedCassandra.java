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

    private static final String LISTING = "listing";

    /**
     * Which tables a test uses. Listings have some of their own, since all tests run at the same time, and what changes while it is
     * listed may be listed twice.
     */
    record Place(CqlSession session, String prefix) {}

    /** A session that is closed before the node is. */
    private record Open(CassandraNodes nodes, CqlSession session) implements AutoCloseable {
        static Open start() {
            CassandraNodes nodes = CassandraNodes.start(1, "-XX:TieredStopAtLevel=1");
            CqlSession session = CassandraSessions.open(nodes);
            CassandraSessions.createTables(session, CassandraSessions.KEYSPACE, 1);
            CassandraSchema.of(CassandraSessions.KEYSPACE, LISTING).create(session);
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
        return type == CassandraNodes.class || type == CqlSession.class || type == Place.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        CassandraNodes.unavailable().ifPresent(Assumptions::abort);
        Open open =
                context.getRoot().getStore(NAMESPACE).computeIfAbsent(Open.class, ignored -> Open.start(), Open.class);
        Class<?> type = parameter.getParameter().getType();
        if (type == Place.class) {
            boolean listing = context.getRequiredTestClass().getSimpleName().equals("Listing");
            return new Place(open.session(), listing ? LISTING : CqlTables.DEFAULT_PREFIX);
        }
        return type == CqlSession.class ? open.session() : open.nodes();
    }

    /** The context of each test, also where an instance is made for those that are nested in its class. */
    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext rootContext) {
        return ExtensionContextScope.TEST_METHOD;
    }
}
