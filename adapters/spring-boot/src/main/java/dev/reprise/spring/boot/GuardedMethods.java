package dev.reprise.spring.boot;

import java.lang.reflect.Method;
import java.util.stream.Stream;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.security.authorization.method.AuthorizationAdvisor;
import org.springframework.util.ClassUtils;
import org.springframework.web.method.HandlerMethod;

/** Handler methods that Spring Security guards by annotations, such as {@code @PreAuthorize}. */
final class GuardedMethods {
    private GuardedMethods() {}

    /**
     * Lets somebody hear of each call of a method that Spring Security has let through, right before it begins. An exception of Spring
     * Security alone does not tell whether something was done before it: what the method calls may throw the same one.
     *
     * @return whether Spring Security guards the method
     */
    static boolean watch(ListableBeanFactory beans, HandlerMethod handler, MethodInterceptor beginning) {
        return ClassUtils.isPresent(
                        "org.springframework.security.authorization.method.AuthorizationAdvisor",
                        GuardedMethods.class.getClassLoader())
                && controller(beans, handler) instanceof Advised proxy
                && !proxy.isFrozen()
                && BehindSecurity.add(proxy, handler, beginning);
    }

    /** The one bean on which the method is called; null if there are several. */
    private static @Nullable Object controller(ListableBeanFactory beans, HandlerMethod handler) {
        if (handler.getBean() instanceof String name) {
            return beans.isSingleton(name) ? beans.getBean(name) : null;
        }
        return handler.getBean();
    }

    /** Loaded only where Spring Security is. */
    private static final class BehindSecurity extends StaticMethodMatcherPointcut {
        private final Method guarded;

        private BehindSecurity(Method guarded) {
            this.guarded = guarded;
        }

        static boolean add(Advised proxy, HandlerMethod handler, MethodInterceptor beginning) {
            Class<?> type = handler.getBeanType();
            Method method = AopUtils.getMostSpecificMethod(handler.getMethod(), type);
            boolean guarded = Stream.of(proxy.getAdvisors())
                    .anyMatch(advisor -> advisor.getAdvice() instanceof AuthorizationAdvisor guard
                            && guard.getPointcut().getMethodMatcher().matches(method, type));
            if (guarded) {
                proxy.addAdvisor(
                        proxy.getAdvisors().length, new DefaultPointcutAdvisor(new BehindSecurity(method), beginning));
            }
            return guarded;
        }

        @Override
        public boolean matches(Method method, Class<?> type) {
            return guarded.equals(AopUtils.getMostSpecificMethod(method, type));
        }
    }
}
