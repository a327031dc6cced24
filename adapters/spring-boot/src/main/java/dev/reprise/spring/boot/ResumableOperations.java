package dev.reprise.spring.boot;

import dev.reprise.IdempotencyListener;
import dev.reprise.jackson.JacksonCodecs;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.StoreException;
import dev.reprise.spring.SpringTransactions;
import dev.reprise.store.jdbc.JdbcResumableStore;
import java.sql.Connection;
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
import tools.jackson.databind.json.JsonMapper;

/** Carries the operations through that are beans of {@link Resumable}, and goes on with those that a crash has left. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(DataSourceUtils.class)
class ResumableOperations {
    @Bean
    @ConditionalOnMissingBean
    Codecs repriseCodecs(ObjectProvider<JsonMapper> mappers) {
        return new JacksonCodecs(mappers.getIfUnique(() -> JsonMapper.builder().build()));
    }

    @Bean
    @Lazy
    @DependsOnDatabaseInitialization
    @ConditionalOnBean({DataSource.class, PlatformTransactionManager.class, Resumable.class})
    @ConditionalOnMissingBean(ResumableStore.class)
    JdbcResumableStore repriseResumableStore(ApplicationDatabase database) {
        try {
            return JdbcResumableStore.on(database.opened());
        } catch (StoreException e) {
            throw Mistakes.storeRefused(e);
        }
    }

    @Bean
    @ConditionalOnBean({PlatformTransactionManager.class, Resumable.class, JdbcResumableStore.class})
    @ConditionalOnMissingBean
    ResumableEngine<Connection> repriseResumableEngine(
            ListableBeanFactory beans,
            SpringTransactions transactions,
            JdbcResumableStore store,
            RecordEncryption encryption,
            RepriseProperties properties,
            Codecs codecs,
            ObjectProvider<IdempotencyListener> listeners) {
        ResumableEngine.Builder<Connection> builder = ResumableEngine.over(transactions, encryption.over(store))
                .codecs(codecs)
                .startPaused();
        register(beans, builder);
        AllListeners.give(listeners, builder::listener);
        if (properties.node() != null) {
            builder.node(properties.node());
        }
        return builder.build();
    }

    /** Operations of another handle fail when they run, as Java does not keep it. */
    @SuppressWarnings("unchecked")
    private static void register(ListableBeanFactory beans, ResumableEngine.Builder<Connection> builder) {
        for (Resumable<?, ?, ?> type : beans.getBeansOfType(Resumable.class).values()) {
            builder.register((Resumable<?, ?, Connection>) type);
        }
    }

    @Bean
    @ConditionalOnBean(ResumableEngine.class)
    ResumableWork repriseResumableWork(Engines engines) {
        return new ResumableWork(engines.resumable());
    }
}
