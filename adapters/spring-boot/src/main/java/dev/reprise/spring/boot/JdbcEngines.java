package dev.reprise.spring.boot;

import dev.reprise.IdempotencyListener;
import dev.reprise.TransactionalEngine;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreException;
import dev.reprise.spring.SpringTransactions;
import dev.reprise.store.jdbc.JdbcStore;
import dev.reprise.store.jdbc.JdbcTransactionalStore;
import dev.reprise.store.jdbc.TableName;
import java.sql.Connection;
import javax.sql.DataSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.util.ClassUtils;

/** Records in the application's database. Nothing is made until an endpoint, or another bean, asks for it. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(DataSourceUtils.class)
@ConditionalOnBean(DataSource.class)
class JdbcEngines {
    @Bean
    @ConditionalOnBooleanProperty(name = "reprise.warn-of-second-connections", matchIfMissing = true)
    static WatchedDataSources repriseWatchedDataSources() {
        return new WatchedDataSources();
    }

    @Bean
    static ApplicationDatabase repriseDatabase(ConfigurableListableBeanFactory beans) {
        return new ApplicationDatabase(beans);
    }

    @Bean
    @Lazy
    @ConditionalOnBean(PlatformTransactionManager.class)
    @ConditionalOnMissingBean
    SpringTransactions repriseTransactions(ListableBeanFactory beans) {
        return SpringTransactions.of(
                OnlyBean.of(beans, PlatformTransactionManager.class), OnlyBean.of(beans, DataSource.class));
    }

    @Bean
    @Lazy
    @DependsOnDatabaseInitialization
    @ConditionalOnBean(PlatformTransactionManager.class)
    @ConditionalOnMissingBean(TransactionalEngine.class)
    TransactionalEngine<Connection> repriseTransactionalEngine(
            ApplicationDatabase database,
            SpringTransactions transactions,
            RepriseProperties properties,
            RecordEncryption encryption,
            ObjectProvider<IdempotencyListener> listeners) {
        try {
            JdbcTransactionalStore store =
                    JdbcTransactionalStore.on(database.opened()).withCache(cacheBytes(properties));
            requireSameDatabase(transactions);
            TransactionalEngine.Builder<Connection> builder =
                    TransactionalEngine.over(transactions, encryption.over(store));
            AllListeners.give(listeners, builder::listener);
            return builder.build();
        } catch (StoreException e) {
            throw Mistakes.storeRefused(e);
        }
    }

    @Bean
    @Lazy
    @DependsOnDatabaseInitialization
    @ConditionalOnMissingBean(OperationStore.class)
    JdbcStore repriseStore(ApplicationDatabase database, RepriseProperties properties) {
        try {
            return JdbcStore.on(database.opened())
                    .cacheBytes(cacheBytes(properties))
                    .open();
        } catch (StoreException e) {
            throw Mistakes.storeRefused(e);
        }
    }

    private static long cacheBytes(RepriseProperties properties) {
        boolean possible =
                ClassUtils.isPresent("com.github.benmanes.caffeine.cache.Caffeine", JdbcEngines.class.getClassLoader());
        return possible ? properties.cache().toBytes() : 0;
    }

    static TableName table(RepriseProperties properties) {
        try {
            return TableName.of(properties.table());
        } catch (IllegalArgumentException e) {
            throw Mistakes.wrongTable(e);
        }
    }

    private static void requireSameDatabase(SpringTransactions transactions) {
        try {
            transactions.begin().close();
        } catch (IllegalStateException e) {
            throw Mistakes.otherDatabase(e);
        }
    }
}
