package dev.reprise.gateway;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.gateway.config.ConfigException;
import dev.reprise.gateway.config.StoreLocation;
import dev.reprise.spi.StoreException;
import dev.reprise.store.jdbc.JdbcStore;
import dev.reprise.store.jdbc.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A store in a database, with the connections that it needs. The environment names the user, the password (itself or the
 * file that holds it), and the table.
 */
public final class DatabasePool implements AutoCloseable {
    /** Look-ups, writes, what takes longer, notifications, and one to spare while another is replaced. */
    private static final int CONNECTIONS = 5;

    private final HikariDataSource pool;
    private final JdbcStore store;

    private DatabasePool(HikariDataSource pool, JdbcStore store) {
        this.pool = pool;
        this.store = store;
    }

    /**
     * Connects, and opens the store.
     *
     * @throws ConfigException if that fails; the message says what to do
     */
    public static DatabasePool open(StoreLocation.Database location, Map<String, String> environment) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("reprise-store");
        config.setMaximumPoolSize(CONNECTIONS);
        config.setConnectionTimeout(5_000);
        config.setJdbcUrl(location.url());
        config.setUsername(environment.get("REPRISE_STORE_USER"));
        config.setPassword(password(environment));
        TableName table = TableName.of(environment.getOrDefault("REPRISE_STORE_TABLE", TableName.DEFAULT.name()));
        HikariDataSource pool = connect(location, config);
        try {
            return new DatabasePool(pool, JdbcStore.over(pool).table(table).open());
        } catch (StoreException e) {
            pool.close();
            throw new ConfigException("The store " + location + " cannot be used. " + e.getMessage(), e);
        }
    }

    private static HikariDataSource connect(StoreLocation.Database location, HikariConfig config) {
        try {
            return new HikariDataSource(config);
        } catch (RuntimeException e) {
            throw new ConfigException(
                    "The store " + location + " cannot be reached: " + e.getMessage()
                            + "; see that it runs, and that REPRISE_STORE_USER and REPRISE_STORE_PASSWORD are right",
                    e);
        }
    }

    private static @Nullable String password(Map<String, String> environment) {
        String file = environment.get("REPRISE_STORE_PASSWORD_FILE");
        if (file == null) {
            return environment.get("REPRISE_STORE_PASSWORD");
        }
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new ConfigException("The password file " + file + " cannot be read: " + e, e);
        }
    }

    /** The store, open until this is closed. */
    public JdbcStore store() {
        return store;
    }

    @Override
    public void close() {
        store.close();
        pool.close();
    }
}
