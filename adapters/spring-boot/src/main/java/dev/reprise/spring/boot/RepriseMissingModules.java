package dev.reprise.spring.boot;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Fails the start of an application whose properties ask for what is not on its class path. */
@AutoConfiguration
@Import({
    RepriseMissingModules.Client.class,
    RepriseMissingModules.Builders.class,
    RepriseMissingModules.Outboxes.class,
    RepriseMissingModules.Consoles.class,
    RepriseMissingModules.ReactiveConsoles.class,
    RepriseMissingModules.Webhooks.class
})
public final class RepriseMissingModules {
    /** For Spring. */
    RepriseMissingModules() {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty("reprise.client.enabled")
    @ConditionalOnMissingClass("dev.reprise.client.spring.RetryInterceptor")
    static class Client {
        Client() {
            throw Mistakes.missingModule("reprise.client.enabled", "dev.reprise:reprise-client-spring");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty("reprise.client.enabled")
    @ConditionalOnMissingClass({
        "org.springframework.boot.restclient.RestClientCustomizer",
        "org.springframework.boot.webclient.WebClientCustomizer"
    })
    static class Builders {
        Builders() {
            throw Mistakes.missingModule(
                    "reprise.client.enabled", "spring-boot-starter-restclient or spring-boot-starter-webclient");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty("reprise.outbox.enabled")
    @ConditionalOnMissingClass("dev.reprise.outbox.Outbox")
    static class Outboxes {
        Outboxes() {
            throw Mistakes.missingModule("reprise.outbox.enabled", "dev.reprise:reprise-outbox");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty("reprise.console.enabled")
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @ConditionalOnMissingClass("dev.reprise.console.servlet.ConsoleServlet")
    static class Consoles {
        Consoles() {
            throw Mistakes.missingModule("reprise.console.enabled", "dev.reprise:reprise-console-servlet");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty("reprise.console.enabled")
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    @ConditionalOnMissingClass("dev.reprise.console.Console")
    static class ReactiveConsoles {
        ReactiveConsoles() {
            throw Mistakes.missingModule("reprise.console.enabled", "dev.reprise:reprise-console");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("reprise.webhook.unknown")
    @ConditionalOnMissingClass("dev.reprise.webhook.UnknownWebhook")
    static class Webhooks {
        Webhooks() {
            throw Mistakes.missingModule("reprise.webhook.unknown", "dev.reprise:reprise-webhook");
        }
    }
}
