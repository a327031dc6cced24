package dev.reprise.spring.boot;

import dev.reprise.client.Retries;
import dev.reprise.client.RetryListener;
import dev.reprise.client.spring.RetryInterceptor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Retries the calls that the application makes by {@code RestClient}s of Boot's builder, and by HTTP interface clients on them, to
 * services that know idempotency keys. Off unless {@code reprise.client.enabled} is true. A bean of {@link Retries} replaces what the
 * properties say about retries; a {@link RetryListener} hears of them.
 */
@AutoConfiguration
@ConditionalOnClass({RestClientCustomizer.class, RetryInterceptor.class})
@ConditionalOnBooleanProperty("reprise.client.enabled")
@EnableConfigurationProperties(RetryProperties.class)
public final class RepriseClientAutoConfiguration {
    /** For Spring. */
    RepriseClientAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    Retries repriseRetries(RetryProperties properties, ObjectProvider<RetryListener> listeners) {
        try {
            Retries.Builder builder = properties.retries();
            listeners.ifUnique(builder::listener);
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw Mistakes.wrongRetries(e);
        }
    }

    /** Last, so that what other interceptors do is done once. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    RestClientCustomizer repriseRestClientCustomizer(Retries retries, RetryProperties properties) {
        if (properties.hosts().isEmpty()) {
            throw Mistakes.noHosts();
        }
        RetriedHosts interceptor = new RetriedHosts(new RetryInterceptor(retries), properties.hosts());
        return builder -> builder.requestInterceptor(interceptor);
    }
}
