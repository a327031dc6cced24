package dev.reprise.spring.boot;

import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpEntity;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Which handler methods answer from another thread, as far as their type says so. The filter refuses the others when they do. */
final class AsynchronousAnswers {
    private static final List<Class<?>> TYPES = List.of(
            Callable.class,
            CompletionStage.class,
            WebAsyncTask.class,
            DeferredResult.class,
            ResponseBodyEmitter.class,
            StreamingResponseBody.class);

    private AsynchronousAnswers() {}

    static boolean comeFrom(Method method) {
        return isAsynchronous(ResolvableType.forMethodReturnType(method)) || isSuspending(method);
    }

    private static boolean isAsynchronous(ResolvableType type) {
        Class<?> answer = type.resolve(Object.class);
        if (HttpEntity.class.isAssignableFrom(answer)) {
            return isAsynchronous(type.as(HttpEntity.class).getGeneric());
        }
        return TYPES.stream().anyMatch(known -> known.isAssignableFrom(answer))
                // Whatever reactive library there is.
                || ReactiveAdapterRegistry.getSharedInstance().getAdapter(answer) != null;
    }

    /** Of Kotlin. */
    private static boolean isSuspending(Method method) {
        return Stream.of(method.getParameterTypes())
                .anyMatch(type -> type.getName().equals("kotlin.coroutines.Continuation"));
    }
}
