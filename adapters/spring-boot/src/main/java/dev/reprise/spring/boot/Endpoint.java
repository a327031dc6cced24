package dev.reprise.spring.boot;

import dev.reprise.http.Route;
import dev.reprise.spring.boot.Idempotent.Guarantee;
import java.lang.reflect.Method;
import org.springframework.web.method.HandlerMethod;

/**
 * A handler method that is protected.
 *
 * @param target which one, and on which bean it is called
 * @param route its settings, for whatever path Spring leads to it
 * @param guarantee the one that it has, which is not the default one
 */
record Endpoint(HandlerMethod target, Route route, Guarantee guarantee) {
    /** Which method it is. */
    Handler handler() {
        return Handler.of(target);
    }

    /**
     * A handler method by what stays the same from request to request.
     *
     * @param type the controller's own type
     */
    record Handler(Class<?> type, Method method) {
        static Handler of(HandlerMethod method) {
            return new Handler(method.getBeanType(), method.getMethod());
        }
    }
}
