package dev.reprise.spring.boot;

import java.io.Serial;
import java.lang.reflect.Method;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Puts the engine in front of the methods with a key: before the transaction that {@code @Transactional} would begin, and before
 * everything else that surrounds them.
 */
final class CallProxies extends AbstractBeanFactoryAwareAdvisingPostProcessor {
    @Serial
    private static final long serialVersionUID = 1;

    CallProxies(ObjectProvider<IdempotentCalls> calls) {
        MethodInterceptor interceptor = invocation -> calls.getObject()
                .of(AopUtils.getMostSpecificMethod(invocation.getMethod(), targetClass(invocation)))
                .execute(invocation);
        setBeforeExistingAdvisors(true);
        this.advisor = new DefaultPointcutAdvisor(new MethodsWithKey(), interceptor);
    }

    private static Class<?> targetClass(MethodInvocation invocation) {
        Object target = invocation.getThis();
        return target == null ? invocation.getMethod().getDeclaringClass() : AopUtils.getTargetClass(target);
    }

    /** The rest of the call, which can go on from here once more. */
    static MethodInvocation again(MethodInvocation invocation) {
        return ((ProxyMethodInvocation) invocation).invocableClone();
    }

    private static final class MethodsWithKey extends StaticMethodMatcherPointcut {
        private MethodsWithKey() {
            setClassFilter(type -> AnnotationUtils.isCandidateClass(type, Idempotent.class));
        }

        @Override
        public boolean matches(Method method, Class<?> type) {
            return IdempotentCalls.hasKey(AopUtils.getMostSpecificMethod(method, type));
        }
    }
}
