package dev.reprise.spring.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.util.pattern.PathPattern;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Asks Spring's own mappings which controller method a request will reach, in the order in which the {@code DispatcherHandler} asks
 * them. So no path is matched twice, by rules that might differ. Thread-safe.
 */
final class ReactiveHandlerLookup {
    private static final String CONTROLLERS = "requestMappingHandlerMapping";

    private final RequestMappingHandlerMapping controllers;
    private final List<HandlerMapping> before;

    private ReactiveHandlerLookup(RequestMappingHandlerMapping controllers, List<HandlerMapping> before) {
        this.controllers = controllers;
        this.before = before;
    }

    static ReactiveHandlerLookup in(ListableBeanFactory beans) {
        RequestMappingHandlerMapping controllers = beans.getBean(CONTROLLERS, RequestMappingHandlerMapping.class);
        List<HandlerMapping> all =
                new ArrayList<>(BeanFactoryUtils.beansOfTypeIncludingAncestors(beans, HandlerMapping.class, true, false)
                        .values());
        AnnotationAwareOrderComparator.sort(all);
        return new ReactiveHandlerLookup(controllers, List.copyOf(all.subList(0, all.indexOf(controllers))));
    }

    /** All handler methods of controllers. */
    List<Mapping> mappings() {
        List<Mapping> mappings = new ArrayList<>();
        controllers
                .getHandlerMethods()
                .forEach((info, handler) -> mappings.add(new Mapping(
                        handler,
                        info.getMethodsCondition().getMethods(),
                        info.getPatternsCondition().getPatterns().stream()
                                .map(PathPattern::getPatternString)
                                .collect(Collectors.toSet()))));
        return mappings;
    }

    /** The controller method that the request will reach; nothing if it reaches something else, or is refused by the mapping. */
    Mono<HandlerMethod> find(LookupExchange looked) {
        return Flux.fromIterable(before)
                .concatMap(mapping -> mapping.getHandler(looked))
                .hasElements()
                .flatMap(other -> other ? Mono.empty() : controllers.getHandler(looked))
                .ofType(HandlerMethod.class)
                // The DispatcherHandler meets the same, and answers 405, 415 or 406 for it (S14).
                .onErrorResume(ResponseStatusException.class, refused -> Mono.empty());
    }
}
