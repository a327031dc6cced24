package dev.reprise.spring.boot;

import dev.reprise.spring.boot.Endpoint.Handler;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.method.HandlerMethod;

/** Where {@link Idempotent} is written, and for which requests. */
final class AnnotatedMethods {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
    private static final Set<String> UNSAFE = Set.of("POST", "PUT", "PATCH", "DELETE");

    private AnnotatedMethods() {}

    static boolean isSafe(String method) {
        return SAFE.contains(method);
    }

    /** The annotation of a handler method or, if it has none, of its controller. */
    static @Nullable Idempotent of(HandlerMethod handler) {
        Idempotent ofMethod = ofMethod(handler.getMethod());
        return ofMethod != null
                ? ofMethod
                : AnnotatedElementUtils.findMergedAnnotation(handler.getBeanType(), Idempotent.class);
    }

    /** Whether one of the types, or a method of it, has the annotation. */
    static boolean areIn(Set<Class<?>> types) {
        return types.stream()
                .anyMatch(type -> AnnotatedElementUtils.hasAnnotation(type, Idempotent.class)
                        || Stream.of(ReflectionUtils.getDeclaredMethods(type))
                                .anyMatch(method -> ofMethod(method) != null));
    }

    private static @Nullable Idempotent ofMethod(Method method) {
        return AnnotatedElementUtils.findMergedAnnotation(method, Idempotent.class);
    }

    /**
     * The methods of the requests that change something; none if it only reads, which an annotation of the type does not mean.
     *
     * @throws RuntimeException that fails the start if the method itself is annotated and only reads
     */
    static Set<String> unsafeMethods(Mapping mapping) {
        HandlerMethod handler = mapping.handler();
        Set<String> mapped = mapping.methods().stream().map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
        if (mapped.isEmpty()) {
            return UNSAFE;
        }
        mapped.removeAll(SAFE);
        if (mapped.isEmpty() && ofMethod(handler.getMethod()) != null) {
            throw Mistakes.safeMethod(handler.getMethod());
        }
        return mapped;
    }

    /**
     * Looks for annotations that do nothing, in the beans of the application's own packages.
     *
     * @throws RuntimeException that fails the start if there is one
     */
    static void requireMapped(ListableBeanFactory beans, Set<Handler> mapped) {
        Set<Method> reached = mapped.stream().map(Handler::method).collect(Collectors.toSet());
        ApplicationTypes.of(beans)
                .forEach(type -> ReflectionUtils.doWithMethods(type, method -> {
                    if (ofMethod(method) != null
                            && !IdempotentCalls.hasKey(method)
                            && !reached.contains(method)
                            && !isReplaced(method, reached)) {
                        throw Mistakes.notMapped(method);
                    }
                }));
    }

    /** Whether a method that requests reach overrides or implements it, or it is the compiler's own bridge to one. */
    private static boolean isReplaced(Method method, Set<Method> reached) {
        return method.isBridge()
                || reached.stream()
                        .anyMatch(other -> method.getDeclaringClass().isAssignableFrom(other.getDeclaringClass())
                                && other.getName().equals(method.getName())
                                && other.getParameterCount() == method.getParameterCount());
    }
}
