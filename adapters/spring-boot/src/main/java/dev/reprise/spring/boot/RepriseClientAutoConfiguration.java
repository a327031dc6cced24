package dev.reprise.spring.boot;

import dev.reprise.client.Retries;
import dev.reprise.client.RetryListener;
import dev.reprise.client.spring.RetryFilter;
import dev.reprise.client.spring.RetryInterceptor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Retries the calls that the application makes by {@code RestClient}s and {@code WebClient}s of Boot's builders, and by HTTP interface
 * clients on them, to services that know idempotency keys. Off unless {@code reprise.client.enabled} is true. A bean of {@link Retries}
 * replaces what the properties say about retries; a {@link RetryListener} hears of them.
 */
@AutoConfiguration
@ConditionalOnClass(RetryInterceptor.class)
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

    private static KnownHosts hosts(RetryProperties properties) {
        if (properties.hosts().isEmpty()) {
            throw Mistakes.noHosts();
        }
        return new KnownHosts(properties.hosts());
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(RestClientCustomizer.class)
    static class RestClients {
        /** Last, so that what other interceptors do is done once. */
        @Bean
        @Order(Ordered.LOWEST_PRECEDENCE)
        RestClientCustomizer repriseRestClientCustomizer(Retries retries, RetryProperties properties) {
            RetriedHosts interceptor = new RetriedHosts(new RetryInterceptor(retries), hosts(properties));
            return builder -> builder.requestInterceptor(interceptor);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(WebClientCustomizer.class)
    static class WebClients {
        /** Last, so that what other filters do is done once. */
        @Bean
        @Order(Ordered.LOWEST_PRECEDENCE)
        WebClientCustomizer repriseWebClientCustomizer(Retries retries, RetryProperties properties) {
            ReactiveRetriedHosts filter = new ReactiveRetriedHosts(filter(retries, properties), hosts(properties));
            return builder -> builder.filter(filter);
        }

        private static RetryFilter filter(Retries retries, RetryProperties properties) {
            try {
                return new RetryFilter(retries).withMaxBody(properties.mostKept());
            } catch (IllegalArgumentException e) {
                throw Mistakes.wrongRetries(e);
            }
        }
    }
}
