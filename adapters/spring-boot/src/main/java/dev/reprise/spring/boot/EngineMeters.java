package dev.reprise.spring.boot;

import dev.reprise.micrometer.BuildMetrics;
import dev.reprise.micrometer.IdempotencyMetrics;
import dev.reprise.micrometer.IdempotencyObservations;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What operations do, as meters and in the observations of requests, where {@code reprise-micrometer} is there. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({IdempotencyMetrics.class, MeterRegistry.class})
class EngineMeters {
    @Bean
    @ConditionalOnBean(MeterRegistry.class)
    @ConditionalOnMissingBean
    IdempotencyMetrics repriseMetrics(MeterRegistry registry) {
        return new IdempotencyMetrics(registry);
    }

    /** Bound to each registry by Actuator. */
    @Bean
    @ConditionalOnBean(MeterRegistry.class)
    @ConditionalOnMissingBean
    BuildMetrics repriseBuildMetrics() {
        return new BuildMetrics();
    }

    @Bean
    @ConditionalOnBean(ObservationRegistry.class)
    @ConditionalOnMissingBean
    IdempotencyObservations repriseObservations(ObservationRegistry registry) {
        return new IdempotencyObservations(registry);
    }
}
