package dev.reprise.spring.boot;

import dev.reprise.OperationPolicy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Controller;
import org.springframework.util.ReflectionUtils;
import tools.jackson.databind.json.JsonMapper;

/**
 * The methods that are executed once for a key that their parameters have. Looked for when all beans are there, so that mistakes fail
 * the start. Thread-safe.
 */
final class IdempotentCalls implements SmartInitializingSingleton {
    private static final Logger LOG = System.getLogger(IdempotentCalls.class.getName());

    /** In servlet applications and reactive ones. */
    private static final String CONTROLLERS = "requestMappingHandlerMapping";

    private final ListableBeanFactory beans;
    private final EndpointSettings settings;
    private final Engines engines;
    private final KnownReconcilers reconcilers;
    private final JsonMapper mapper;
    private final Map<Method, IdempotentCall> calls = new ConcurrentHashMap<>();

    IdempotentCalls(
            ListableBeanFactory beans,
            EndpointSettings settings,
            Engines engines,
            KnownReconcilers reconcilers,
            JsonMapper mapper) {
        this.beans = beans;
        this.settings = settings;
        this.engines = engines;
        this.reconcilers = reconcilers;
        this.mapper = mapper;
    }

    /** Whether a method is annotated with a key, so that it is not a request that has one. */
    static boolean hasKey(Method method) {
        Idempotent annotation = annotation(method);
        return annotation != null && !annotation.key().isEmpty();
    }

    private static @Nullable Idempotent annotation(Method method) {
        return AnnotatedElementUtils.findMergedAnnotation(method, Idempotent.class);
    }

    IdempotentCall of(Method method) {
        return calls.computeIfAbsent(method, this::call);
    }

    @Override
    public void afterSingletonsInstantiated() {
        Map<String, Method> named = new HashMap<>();
        for (Class<?> type : ApplicationTypes.of(beans)) {
            requireController(type);
            ReflectionUtils.doWithMethods(type, method -> {
                if (annotation(method) != null
                        && !method.isBridge()
                        && !method.getDeclaringClass().isInterface()) {
                    prepare(method, named);
                }
            });
        }
    }

    /** An annotation of a type is for the requests of a controller. */
    private static void requireController(Class<?> type) {
        Idempotent annotation = AnnotatedElementUtils.findMergedAnnotation(type, Idempotent.class);
        if (annotation != null
                && (!annotation.key().isEmpty() || !AnnotatedElementUtils.hasAnnotation(type, Controller.class))) {
            throw Mistakes.onType(type);
        }
    }

    private void prepare(Method method, Map<String, Method> named) {
        if (!hasKey(method)) {
            // Where there are requests, somebody else finds out whether one reaches it.
            if (!beans.containsBean(CONTROLLERS)) {
                throw Mistakes.notMapped(method);
            }
            return;
        }
        IdempotentCall ignored = of(method);
        String name = name(method);
        Method other = named.putIfAbsent(name, method);
        if (other != null && !other.equals(method)) {
            throw Mistakes.sharedCallName(name, method, other);
        }
        LOG.log(Level.INFO, "Executed once for a key: " + name);
    }

    private IdempotentCall call(Method method) {
        Idempotent annotation = annotation(method);
        if (annotation == null) {
            throw new IllegalArgumentException(method + " has no @Idempotent");
        }
        if ((method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL)) != 0) {
            throw Mistakes.notCalledThroughSpring(method);
        }
        if (returnsBeforeItsEnd(method)) {
            throw Mistakes.asynchronousCall(method);
        }
        try {
            OperationPolicy policy = settings.policy(annotation);
            CallEngine engine = engines.forCalls(annotation.guarantee(), method);
            IdempotentCall call = new IdempotentCall(
                    name(method),
                    new CallExpressions(method, annotation, mapper),
                    policy,
                    new ResultCodec(mapper, method, settings.maxResult()),
                    annotation.noEffectFor(),
                    engine);
            if (engine instanceof CallEngine.Leased leased) {
                reconcilers.know(name(method), policy, leased.engine());
            } else if (policy.reconciler() != null) {
                throw Mistakes.reconcilerWithoutLease(method);
            }
            return call;
        } catch (IllegalArgumentException e) {
            throw Mistakes.wrongSetting(method, e);
        }
    }

    private String name(Method method) {
        Idempotent annotation = annotation(method);
        String usual = method.getDeclaringClass().getName() + "." + method.getName();
        return annotation == null ? usual : settings.name(annotation, usual);
    }

    private static boolean returnsBeforeItsEnd(Method method) {
        Class<?> result = method.getReturnType();
        return Future.class.isAssignableFrom(result)
                || CompletionStage.class.isAssignableFrom(result)
                || ReactiveAdapterRegistry.getSharedInstance().getAdapter(result) != null
                || AnnotatedElementUtils.hasAnnotation(method, Async.class);
    }
}
