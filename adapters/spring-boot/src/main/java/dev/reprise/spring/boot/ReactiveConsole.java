package dev.reprise.spring.boot;

import dev.reprise.console.ConsoleSettings;
import dev.reprise.console.LateConsole;
import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.charts.Activity;
import java.security.Principal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.webflux.autoconfigure.WebFluxProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.DispatcherHandler;

/** The console in a reactive application. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass({DispatcherHandler.class, WebFluxProperties.class})
class ReactiveConsole {
    @Bean(ConsoleMapping.BEAN)
    ConsoleMapping repriseConsole(
            ConsoleProperties properties,
            ConsoleRecords records,
            Engines engines,
            Activity activity,
            ObjectProvider<WebFluxProperties> server) {
        ReactiveSecurity security = ReactiveSecurity.present();
        requireKnown(properties, security);
        WebFluxProperties known = server.getIfAvailable();
        String context = known == null ? "" : Objects.requireNonNullElse(known.getBasePath(), "");
        ConsoleMapping mapping = OperatorConsole.mounted(properties, () -> {
            LateConsole console =
                    new LateConsole(settings(properties, records, engines, context), records::operations, activity);
            return new ConsoleMapping(
                    console, exchange -> security.user(exchange).mapNotNull(user -> user(user, properties)));
        });
        records.closeFirst(ConsoleMapping.BEAN);
        return mapping;
    }

    private static ConsoleSettings settings(
            ConsoleProperties properties, ConsoleRecords records, Engines engines, String context) {
        ConsoleSettings.Mounting mounting =
                OperatorConsole.mounting(properties, records, engines).authenticated(properties.knowsAuthorities());
        // What the property says has to be a place by itself.
        String path = mounting.build().mount();
        return mounting.mount(context + path).build();
    }

    private static @Nullable ConsoleUser user(Principal user, ConsoleProperties properties) {
        return ConsoleUser.authenticated(
                user.getName(),
                ConsoleAuthorities.has(user, properties.operatorAuthority()),
                ConsoleAuthorities.has(user, properties.viewerAuthority()));
    }

    /**
     * Servers without servlets know no roles, so that authorities are Spring Security's.
     *
     * @throws RuntimeException that fails the start if nobody could have any
     */
    static void requireKnown(ConsoleProperties properties, ReactiveSecurity security) {
        if (properties.knowsAuthorities() && security instanceof ReactiveSecurity.Missing) {
            throw Mistakes.authoritiesOfNobody();
        }
    }
}
