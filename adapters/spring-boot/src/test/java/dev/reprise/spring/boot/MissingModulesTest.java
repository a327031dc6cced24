package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.spring.RetryInterceptor;
import dev.reprise.outbox.Outbox;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** An application has what it asks for, or does not start; one that asks for nothing needs none of it. */
class MissingModulesTest {
    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    RepriseAutoConfiguration.class,
                    RepriseClientAutoConfiguration.class,
                    RepriseOutboxAutoConfiguration.class,
                    RepriseMissingModules.class));

    @ParameterizedTest
    @CsvSource({
        "dev.reprise.client, reprise.client.enabled, reprise-client-spring",
        "'org.springframework.boot.restclient org.springframework.boot.webclient', reprise.client.enabled, spring-boot-starter-webclient",
        "dev.reprise.outbox, reprise.outbox.enabled, reprise-outbox",
        "dev.reprise.console, reprise.console.enabled, reprise-console-servlet",
        "dev.reprise.webhook, reprise.webhook.unknown, reprise-webhook"
    })
    void what_is_asked_for_and_missing_fails_the_start(String packageNames, String property, String module) {
        application
                .withClassLoader(new FilteredClassLoader(packageNames.split(" ", -1)))
                .withPropertyValues(property + "=true", "reprise.client.hosts=*")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContainingAll(property, module));
    }

    @ParameterizedTest
    @CsvSource({
        "org.springframework.boot.restclient, repriseWebClientCustomizer",
        "org.springframework.boot.webclient, repriseRestClientCustomizer"
    })
    void one_of_the_two_clients_is_enough(String packageName, String customizer) {
        application
                .withClassLoader(new FilteredClassLoader(packageName))
                .withPropertyValues("reprise.client.enabled=true", "reprise.client.hosts=*")
                .run(context -> assertThat(context).hasNotFailed().hasBean(customizer));
    }

    @ParameterizedTest
    @CsvSource({
        "dev.reprise.client",
        "org.springframework.boot.restclient",
        "org.springframework.boot.webclient",
        "dev.reprise.outbox",
        "dev.reprise.console",
        "dev.reprise.webhook"
    })
    void what_nobody_asks_for_may_be_missing(String packageName) {
        application
                .withClassLoader(new FilteredClassLoader(packageName))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(RestClientCustomizer.class)
                        .doesNotHaveBean(Outbox.class)
                        .doesNotHaveBean(RetryInterceptor.class));
    }
}
