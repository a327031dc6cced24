package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.OperationStore;
import dev.reprise.spring.boot.Idempotent.Guarantee;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** What an operator sees in Actuator. */
class EnginesHealthTest {
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Application {
        private final AtomicReference<List<String>> problems = new AtomicReference<>(List.of());

        AtomicReference<List<String>> problems() {
            return problems;
        }

        @Bean
        OperationStore store() {
            MemoryStore store = new MemoryStore();
            return (OperationStore) Proxy.newProxyInstance(
                    OperationStore.class.getClassLoader(),
                    new Class<?>[] {OperationStore.class},
                    (proxy, method, arguments) ->
                            method.getName().equals("problems") ? problems.get() : method.invoke(store, arguments));
        }

        @Idempotent(guarantee = Guarantee.LEASED)
        @PostMapping("/leased")
        String leased() {
            return "worked";
        }
    }

    @Test
    void what_keeps_an_engine_from_working_is_told() {
        try (Booted application = Booted.start(Application.class)) {
            HealthIndicator indicator = application.context().getBean("repriseHealthIndicator", HealthIndicator.class);
            Health well = indicator.health();
            application.bean(Application.class).problems().set(List.of("The disk is full"));
            Health ill = indicator.health();

            assertThat(well).isEqualTo(Health.up().build());
            assertThat(ill)
                    .isEqualTo(Health.down()
                            .withDetail("problems", List.of("The disk is full"))
                            .build());
            // No endpoint has the transactional guarantee.
            assertThat(application.context().getBeanFactory().containsSingleton("repriseTransactionalEngine"))
                    .isFalse();
        }
    }
}
