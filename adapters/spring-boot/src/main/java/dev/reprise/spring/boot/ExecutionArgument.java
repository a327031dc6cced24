package dev.reprise.spring.boot;

import dev.reprise.Execution;
import dev.reprise.servlet.IdempotencyFilter;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Gives a handler method the hold on its operation, as a parameter of a kind of {@link Execution}. Thread-safe. */
final class ExecutionArgument implements HandlerMethodArgumentResolver {
    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return Execution.class.isAssignableFrom(parameter.getParameterType());
    }

    @Override
    public @Nullable Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        Object execution = request.getAttribute(IdempotencyFilter.EXECUTION, RequestAttributes.SCOPE_REQUEST);
        if (parameter.getParameterType().isInstance(execution)) {
            return execution;
        }
        if (execution == null && parameter.isOptional()) {
            return null;
        }
        throw new IllegalStateException(parameter.getMethod() + " wants a "
                + parameter.getParameterType().getSimpleName()
                + ", and its request has none: give the method @Idempotent with the guarantee that has it");
    }
}
