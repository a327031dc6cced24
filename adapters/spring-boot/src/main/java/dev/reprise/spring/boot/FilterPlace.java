package dev.reprise.spring.boot;

import dev.reprise.http.HttpIdempotency;
import dev.reprise.servlet.IdempotencyFilter;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.web.WebProperties;
import org.springframework.boot.web.servlet.RegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.boot.webmvc.error.ErrorController;

/** Where the filter stands: behind Spring Security, and in front of the application and its error page. */
final class FilterPlace {
    private static final String SECURITY = "securityFilterChainRegistration";

    private final IdempotencyPrincipal principal;
    private final String errorPage;

    FilterPlace(ListableBeanFactory beans) {
        principal = beans.getBean(IdempotencyPrincipal.class);
        errorPage = errorPage(beans);
    }

    /** @throws RuntimeException that fails the start if nobody would be authenticated yet (S13) */
    static void requireBehindSecurity(ListableBeanFactory beans, int order) {
        if (beans.containsBean(SECURITY)
                && beans.getBean(SECURITY) instanceof RegistrationBean security
                && order <= security.getOrder()) {
            throw Mistakes.beforeSecurity(order, security.getOrder());
        }
    }

    IdempotencyFilter filter(HttpIdempotency idempotency) {
        IdempotencyFilter filter = new IdempotencyFilter(idempotency, principal::of);
        return errorPage.isEmpty() ? filter : filter.withErrorPage(errorPage);
    }

    /** Boot's page, or the one that replaces it; without any, errors are shown as plain text. */
    private static String errorPage(ListableBeanFactory beans) {
        if (beans.getBeanNamesForType(ErrorController.class, true, false).length == 0) {
            return "";
        }
        String path = beans.getBeanProvider(WebProperties.class)
                .getIfAvailable(WebProperties::new)
                .getError()
                .getPath();
        DispatcherServletPath servlet =
                beans.getBeanProvider(DispatcherServletPath.class).getIfUnique(() -> () -> "");
        return servlet.getRelativePath(path);
    }
}
