package dev.reprise.spring.boot;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletRegistrationBean;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Asks Spring's own mappings which controller method a request will reach, in the order in which the {@code DispatcherServlet} asks
 * them. So no path is matched twice, by rules that might differ. Thread-safe.
 */
final class HandlerLookup {
    private static final String CONTROLLERS = "requestMappingHandlerMapping";

    private final RequestMappingHandlerMapping controllers;
    private final List<HandlerMapping> before;
    private final @Nullable String servlet;

    private HandlerLookup(
            RequestMappingHandlerMapping controllers, List<HandlerMapping> before, @Nullable String servlet) {
        this.controllers = controllers;
        this.before = before;
        this.servlet = servlet;
    }

    static HandlerLookup in(ListableBeanFactory beans) {
        RequestMappingHandlerMapping controllers = beans.getBean(CONTROLLERS, RequestMappingHandlerMapping.class);
        List<HandlerMapping> all =
                new ArrayList<>(BeanFactoryUtils.beansOfTypeIncludingAncestors(beans, HandlerMapping.class, true, false)
                        .values());
        AnnotationAwareOrderComparator.sort(all);
        DispatcherServletRegistrationBean registration =
                beans.getBeanProvider(DispatcherServletRegistrationBean.class).getIfUnique();
        return new HandlerLookup(
                controllers,
                List.copyOf(all.subList(0, all.indexOf(controllers))),
                registration == null ? null : registration.getServletName());
    }

    /** All handler methods of controllers. */
    List<Mapping> mappings() {
        List<Mapping> mappings = new ArrayList<>();
        controllers
                .getHandlerMethods()
                .forEach((info, handler) -> mappings.add(
                        new Mapping(handler, info.getMethodsCondition().getMethods(), info.getPatternValues())));
        return mappings;
    }

    /** The controller method that the request will reach; nothing if it reaches something else, or is refused by the mapping. */
    Optional<ReachedHandler> find(HttpServletRequest request) {
        if (!isOfDispatcherServlet(request)) {
            return Optional.empty();
        }
        LookupRequest looked = new LookupRequest(request);
        ServletRequestPathUtils.parseAndCache(looked);
        try {
            for (HandlerMapping mapping : before) {
                if (mapping.getHandler(looked) != null) {
                    return Optional.empty();
                }
            }
            HandlerExecutionChain chain = controllers.getHandler(looked);
            return chain != null && chain.getHandler() instanceof HandlerMethod method
                    ? Optional.of(new ReachedHandler(method, chain, looked))
                    : Optional.empty();
        } catch (ServletException e) {
            // The DispatcherServlet meets the same, and answers 405, 415 or 406 for it (S14).
            return Optional.empty();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("Spring cannot say which method a request reaches", e);
        }
    }

    /** Other servlets have paths of their own, which may look the same within them. */
    private boolean isOfDispatcherServlet(HttpServletRequest request) {
        String name = request.getHttpServletMapping().getServletName();
        return servlet == null || name == null || name.isEmpty() || name.equals(servlet);
    }
}
