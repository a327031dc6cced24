package dev.reprise.spring.boot;

import dev.reprise.IdempotencyEngine;
import dev.reprise.IdempotencyListener;
import dev.reprise.spi.OperationStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** The engine with the leased guarantee, over whatever store there is. */
@Configuration(proxyBeanMethods = false)
class LeasedEngine {
    @Bean
    @Lazy
    @ConditionalOnBean(OperationStore.class)
    @ConditionalOnMissingBean
    IdempotencyEngine repriseEngine(
            OperationStore store,
            RecordEncryption encryption,
            RepriseProperties properties,
            ObjectProvider<IdempotencyListener> listeners) {
        IdempotencyEngine.Builder builder = IdempotencyEngine.over(encryption.over(store));
        AllListeners.give(listeners, builder::listener);
        if (properties.node() != null) {
            builder.node(properties.node());
        }
        return builder.build();
    }
}
