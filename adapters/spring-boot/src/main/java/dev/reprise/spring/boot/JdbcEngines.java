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
import java.util.List;
import javax.sql.DataSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;

/** Records in the application's database. Nothing is made until an endpoint, or another bean, asks for it. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(DataSourceUtils.class)
@ConditionalOnBean(DataSource.class)
class JdbcEngines {
    @Bean
    @Lazy
    @DependsOnDatabaseInitialization
    @ConditionalOnBean(PlatformTransactionManager.class)
    @ConditionalOnMissingBean(TransactionalEngine.class)
    TransactionalEngine<Connection> repriseTransactionalEngine(
            ListableBeanFactory beans, RepriseProperties properties, ObjectProvider<IdempotencyListener> listeners) {
        DataSource source = only(beans, DataSource.class);
        SpringTransactions transactions = SpringTransactions.of(only(beans, PlatformTransactionManager.class), source);
        try {
            JdbcTransactionalStore store = JdbcTransactionalStore.open(source, table(properties));
            requireSameDatabase(transactions);
            TransactionalEngine.Builder<Connection> builder = TransactionalEngine.over(transactions, store);
            builder.listener(AllListeners.of(listeners));
            return builder.build();
        } catch (StoreException e) {
            throw Mistakes.storeRefused(e);
        }
    }

    @Bean
    @Lazy
    @DependsOnDatabaseInitialization
    @ConditionalOnMissingBean(OperationStore.class)
    JdbcStore repriseStore(ListableBeanFactory beans, RepriseProperties properties) {
        try {
            return JdbcStore.over(only(beans, DataSource.class))
                    .table(table(properties))
                    .open();
        } catch (StoreException e) {
            throw Mistakes.storeRefused(e);
        }
    }

    private static TableName table(RepriseProperties properties) {
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

    private static <T> T only(ListableBeanFactory beans, Class<T> type) {
        T only = beans.getBeanProvider(type).getIfUnique();
        if (only == null) {
            throw Mistakes.noChoice(type.getSimpleName(), List.of(beans.getBeanNamesForType(type)));
        }
        return only;
    }
}
