package dev.reprise.spring.boot;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.DispatcherHandler;

/**
 * Protects the endpoints of a reactive application that have {@link Idempotent}, with the leased guarantee. Needs nothing but a {@code
 * DataSource}, or a bean of {@link dev.reprise.spi.OperationStore}. Engine and store give way to a bean of the application of the same
 * type.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
            "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration"
        })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(DispatcherHandler.class)
@ConditionalOnBooleanProperty(name = "reprise.enabled", matchIfMissing = true)
@EnableConfigurationProperties(RepriseProperties.class)
@Import({JdbcEngines.class, LeasedEngine.class, EnginesHealth.class, EngineMeters.class, OperatorTools.class})
public final class RepriseReactiveAutoConfiguration {
    /** For Spring. */
    RepriseReactiveAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    ReactiveIdempotencyPrincipal repriseIdempotencyPrincipal() {
        return new ReactiveAuthenticatedPrincipal(ReactiveSecurity.present());
    }

    @Bean(ReactiveEndpoints.BEAN)
    ReactiveEndpoints repriseIdempotentEndpoints(
            ListableBeanFactory beans, RepriseProperties properties, Environment environment, Engines engines) {
        return new ReactiveEndpoints(
                beans, new EndpointSettings(properties, environment), engines, ReactiveSecurity.present());
    }

    @Bean
    ReactiveEndpointsFilter repriseFilter(ReactiveEndpoints endpoints, RepriseProperties properties) {
        return new ReactiveEndpointsFilter(endpoints, properties.filterOrder());
    }
}
