package dev.reprise.gateway.store;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.CqlSessionBuilder;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import dev.reprise.gateway.config.DatabaseSettings;
import dev.reprise.gateway.config.DatabaseUrl;
import dev.reprise.spi.StoreException;
import dev.reprise.store.cassandra.CassandraStore;
import dev.reprise.store.cassandra.SerialConsistency;
import java.net.InetSocketAddress;

/** Opens a store in Cassandra, with a session of its own. */
final class CassandraOpener {
    private static final int PORT = 9042;

    private CassandraOpener() {}

    static OpenStore open(DatabaseSettings settings) {
        DatabaseUrl url = DatabaseUrl.of(settings.url());
        CqlSession session = session(url, settings);
        try {
            CassandraStore store = CassandraStore.over(session)
                    .keyspace(url.path())
                    .prefix(url.parameter("prefix").orElse("reprise"))
                    .serialConsistency(
                            url.parameter("serial").orElse("everywhere").equals("local")
                                    ? SerialConsistency.LOCAL
                                    : SerialConsistency.EVERYWHERE)
                    .open();
            return OpenStore.of(store, null, () -> null, () -> {
                store.close();
                session.close();
            });
        } catch (RuntimeException | Error e) {
            session.close();
            throw e;
        }
    }

    private static CqlSession session(DatabaseUrl url, DatabaseSettings settings) {
        // In V5 Cassandra 5.0 closes the connection when a conditional write times out
        // (findings/cassandra-cas-timeout-closes-connection.sh).
        CqlSessionBuilder builder = CqlSession.builder()
                .withLocalDatacenter(url.parameter("datacenter").orElse("datacenter1"))
                .withConfigLoader(DriverConfigLoader.programmaticBuilder()
                        .withString(DefaultDriverOption.PROTOCOL_VERSION, "V4")
                        .build());
        for (String host : url.hosts()) {
            int colon = host.lastIndexOf(':');
            builder.addContactPoint(InetSocketAddress.createUnresolved(
                    colon < 0 ? host : host.substring(0, colon),
                    colon < 0 ? PORT : Integer.parseInt(host.substring(colon + 1))));
        }
        String password = settings.password();
        if (password != null && settings.user() != null) {
            builder.withAuthCredentials(settings.user(), password);
        }
        try {
            return builder.build();
        } catch (AllNodesFailedException e) {
            throw new StoreException("The cluster at " + settings + " cannot be used: " + e.getMessage(), e);
        }
    }
}
