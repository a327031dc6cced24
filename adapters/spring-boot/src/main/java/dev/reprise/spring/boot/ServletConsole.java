package dev.reprise.spring.boot;

import dev.reprise.console.charts.Activity;
import dev.reprise.console.servlet.ApplicationUsers;
import dev.reprise.console.servlet.ConsoleServlet;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The console in a servlet application. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(ConsoleServlet.class)
class ServletConsole {
    @Bean(ConsoleRegistration.BEAN)
    ConsoleRegistration repriseConsole(
            ConsoleProperties properties, ConsoleRecords records, Engines engines, Activity activity) {
        ConsoleRegistration registration = OperatorConsole.mounted(properties, () -> {
            ConsoleServlet servlet = new ConsoleServlet(
                            records::operations,
                            OperatorConsole.mounting(properties, records, engines),
                            properties.knowsAuthorities() ? users(properties) : null)
                    .charts(activity);
            return new ConsoleRegistration(servlet, properties.path());
        });
        records.closeFirst(ConsoleRegistration.BEAN);
        return registration;
    }

    private static ApplicationUsers users(ConsoleProperties properties) {
        return ApplicationUsers.where(
                request -> has(request, properties.operatorAuthority()),
                request -> has(request, properties.viewerAuthority()));
    }

    private static boolean has(HttpServletRequest request, @Nullable String authority) {
        return ConsoleAuthorities.has(request.getUserPrincipal(), authority, request::isUserInRole);
    }
}
