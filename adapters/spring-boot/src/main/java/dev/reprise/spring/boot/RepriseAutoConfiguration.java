package dev.reprise.spring.boot;

import dev.reprise.spi.OperationStore;
import jakarta.servlet.DispatcherType;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Protects the endpoints that have {@link Idempotent}. Needs nothing but a {@code DataSource}, or a bean of {@link OperationStore}.
 * Each engine and store gives way to a bean of the application of the same type.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
            "org.springframework.boot.transaction.jta.autoconfigure.JtaAutoConfiguration",
            "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration"
        })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnBooleanProperty(name = "reprise.enabled", matchIfMissing = true)
@EnableConfigurationProperties(RepriseProperties.class)
@Import({JdbcEngines.class, LeasedEngine.class, EnginesHealth.class, EngineMeters.class, OperatorTools.class})
public final class RepriseAutoConfiguration {
    /** For Spring. */
    RepriseAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    IdempotencyPrincipal repriseIdempotencyPrincipal() {
        return new AuthenticatedPrincipal();
    }

    @Bean
    IdempotentEndpoints repriseIdempotentEndpoints(
            ListableBeanFactory beans, RepriseProperties properties, Environment environment, Engines engines) {
        return new IdempotentEndpoints(beans, new EndpointSettings(properties, environment), engines);
    }

    @Bean
    FilterRegistrationBean<IdempotentEndpointsFilter> repriseFilterRegistration(
            IdempotentEndpoints endpoints, RepriseProperties properties) {
        FilterRegistrationBean<IdempotentEndpointsFilter> registration =
                new FilterRegistrationBean<>(new IdempotentEndpointsFilter(endpoints));
        registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
        registration.setAsyncSupported(true);
        registration.setOrder(properties.filterOrder());
        return registration;
    }
}
