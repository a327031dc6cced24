package dev.reprise.spring.boot;

import dev.reprise.spi.StoreException;
import dev.reprise.store.jdbc.JdbcDatabase;
import dev.reprise.store.jdbc.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The application's database, looked at once for all stores in it. Where that is a server, and an endpoint will need it, the look
 * begins as soon as there are connections, while the other beans are still made: with the first connection it is most of what this
 * library adds to a start. Thread-safe.
 */
final class ApplicationDatabase implements BeanPostProcessor {
    /** What is in this process is left to whoever initialises it meanwhile. */
    private static final Set<String> SERVERS = Set.of("PostgreSQL", "MariaDB", "MySQL");

    private static final List<String> STORES =
            List.of("repriseTransactionalEngine", "repriseStore", "repriseResumableStore");

    private final ConfigurableListableBeanFactory beans;
    private volatile boolean decided;
    private volatile @Nullable FutureTask<@Nullable JdbcDatabase> early;
    private @Nullable List<String> awaited;
    private @Nullable JdbcDatabase opened;

    ApplicationDatabase(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    /**
     * The database, open for stores.
     *
     * @throws StoreException if it cannot be reached or cannot keep records; the message says what to do
     */
    synchronized JdbcDatabase opened() {
        JdbcDatabase database = opened == null ? foundEarly() : opened;
        opened = database == null ? JdbcDatabase.open(source(), table()) : database;
        return opened;
    }

    /** Null also if the early look failed, which counts only if it happens again. */
    private @Nullable JdbcDatabase foundEarly() {
        FutureTask<@Nullable JdbcDatabase> begun = early;
        early = null;
        try {
            return begun == null ? null : begun.get();
        } catch (ExecutionException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private DataSource source() {
        return OnlyBean.of(beans, DataSource.class);
    }

    private TableName table() {
        return JdbcEngines.table(beans.getBean(RepriseProperties.class));
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (!decided && beans.isConfigurationFrozen() && awaited().stream().allMatch(beans::containsSingleton)) {
            decided = true;
            if (isWanted()) {
                begin(source(), table());
            }
        }
        return bean;
    }

    /** The pools of connections, and whatever initialises the database. */
    private List<String> awaited() {
        List<String> names = awaited;
        if (names == null) {
            names = new ArrayList<>(sources());
            for (String store : STORES) {
                String[] first = beans.containsBeanDefinition(store)
                        ? beans.getBeanDefinition(store).getDependsOn()
                        : null;
                names.addAll(first == null ? List.of() : List.of(first));
            }
            awaited = names;
        }
        return names;
    }

    private List<String> sources() {
        return List.of(beans.getBeanNamesForType(DataSource.class, true, false));
    }

    private boolean isWanted() {
        return sources().size() == 1
                && STORES.stream().anyMatch(beans::containsBeanDefinition)
                && AnnotatedMethods.areIn(ApplicationTypes.of(beans));
    }

    private void begin(DataSource source, TableName table) {
        FutureTask<@Nullable JdbcDatabase> task =
                new FutureTask<>(() -> isServer(source) ? JdbcDatabase.open(source, table) : null);
        early = task;
        Thread.ofPlatform().daemon().name("reprise-database").start(task);
    }

    private static boolean isServer(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection()) {
            return SERVERS.contains(connection.getMetaData().getDatabaseProductName());
        }
    }
}
