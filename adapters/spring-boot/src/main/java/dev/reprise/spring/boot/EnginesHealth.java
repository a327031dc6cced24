package dev.reprise.spring.boot;

import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Tells Actuator what keeps the engines from working, which a restart mends more often than waiting. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
class EnginesHealth {
    @Bean
    @ConditionalOnEnabledHealthIndicator("reprise")
    @ConditionalOnMissingBean(name = "repriseHealthIndicator")
    HealthIndicator repriseHealthIndicator(Engines engines) {
        return () -> {
            List<String> problems = engines.problems();
            return problems.isEmpty()
                    ? Health.up().build()
                    : Health.down().withDetail("problems", problems).build();
        };
    }
}
