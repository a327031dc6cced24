package dev.reprise.spring.boot;

import dev.reprise.encryption.Keyring;
import dev.reprise.spi.OperationStore;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/**
 * Protects the endpoints and methods that have {@link Idempotent}. Needs nothing but a {@code DataSource}, or a bean of {@link OperationStore}.
 * Each engine and store gives way to a bean of the application of the same type.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration",
            "org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
            "org.springframework.boot.transaction.jta.autoconfigure.JtaAutoConfiguration",
            "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration"
        })
@ConditionalOnBooleanProperty(name = "reprise.enabled", matchIfMissing = true)
@EnableConfigurationProperties({RepriseProperties.class, EncryptionProperties.class})
@Import({
    JdbcEngines.class,
    LeasedEngine.class,
    ResumableOperations.class,
    ServletApplication.class,
    ReactiveApplication.class,
    OpenApi.class,
    EnginesHealth.class,
    EngineMeters.class,
    OperatorTools.class,
    OperatorConsole.class,
    OperatorWebhook.class
})
@ImportRuntimeHints(SchemaHints.class)
public final class RepriseAutoConfiguration {
    /** For Spring. */
    RepriseAutoConfiguration() {}

    @Bean
    Engines repriseEngines(ListableBeanFactory beans, RepriseProperties properties) {
        return new Engines(beans, properties.keyHeader());
    }

    @Bean
    @Lazy
    RecordEncryption repriseRecordEncryption(ObjectProvider<Keyring> keyrings, EncryptionProperties properties) {
        return RecordEncryption.of(keyrings, properties);
    }

    @Bean
    EndpointSettings repriseEndpointSettings(RepriseProperties properties, Environment environment, BeanFactory beans) {
        return new EndpointSettings(properties, environment, beans);
    }

    @Bean
    KnownReconcilers repriseReconcilers() {
        return new KnownReconcilers();
    }

    @Bean
    IdempotentCalls repriseIdempotentCalls(
            ListableBeanFactory beans,
            EndpointSettings settings,
            Engines engines,
            KnownReconcilers reconcilers,
            ObjectProvider<JsonMapper> mappers) {
        JsonMapper mapper = mappers.getIfUnique();
        return new IdempotentCalls(
                beans,
                settings,
                engines,
                reconcilers,
                mapper == null ? JsonMapper.builder().build() : mapper);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static CallProxies repriseCallProxies(ObjectProvider<IdempotentCalls> calls, Environment environment) {
        CallProxies proxies = new CallProxies(calls);
        proxies.setProxyTargetClass(environment.getProperty("spring.aop.proxy-target-class", Boolean.class, true));
        return proxies;
    }
}
