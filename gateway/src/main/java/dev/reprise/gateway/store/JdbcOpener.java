package dev.reprise.gateway.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.reprise.gateway.config.DatabaseSettings;
import dev.reprise.gateway.config.StoreLocation;
import dev.reprise.spi.StoreException;
import dev.reprise.store.jdbc.JdbcResumableStore;
import dev.reprise.store.jdbc.JdbcStore;
import dev.reprise.store.jdbc.TableName;
import java.time.Duration;

/** Opens a store in a database that JDBC reaches, with a pool of its own. */
final class JdbcOpener {
    private static final int CONNECTIONS = 9;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private JdbcOpener() {}

    static OpenStore open(StoreLocation.Database location) {
        DatabaseSettings settings = location.settings();
        int connections = settings.connections() == null ? CONNECTIONS : settings.connections();
        TableName table = settings.table() == null ? TableName.DEFAULT : settings.table();
        HikariDataSource pool = pool(location, "reprise", connections);
        try {
            JdbcStore store = JdbcStore.over(pool)
                    .table(table)
                    // As many that read as write, and one connection that listens.
                    .threads((connections - 1) / 2)
                    .cacheBytes(settings.cache() == null ? 0 : settings.cache().bytes())
                    .open();
            return OpenStore.of(
                    store,
                    () -> new OpenStore.Work(
                            store.statistics().commits(),
                            store.statistics().changes(),
                            store.statistics().waiting()),
                    () -> JdbcResumableStore.open(pool, table),
                    () -> {
                        store.close();
                        pool.close();
                    });
        } catch (RuntimeException | Error e) {
            pool.close();
            throw e;
        }
    }

    static HikariDataSource pool(StoreLocation.Database location, String name, int connections) {
        DatabaseSettings settings = location.settings();
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(settings.url());
        config.setMaximumPoolSize(connections);
        config.setConnectionTimeout(PATIENCE.toMillis());
        if (settings.user() != null) {
            config.setUsername(settings.user());
        }
        String password = settings.password();
        if (password != null) {
            config.setPassword(password);
        }
        try {
            return new HikariDataSource(config);
        } catch (PoolInitializationException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StoreException("The database at " + location + " cannot be used: " + cause.getMessage(), e);
        }
    }
}
