package dev.reprise.spring.boot;

import dev.reprise.spring.SpringTransactions;
import dev.reprise.store.jdbc.SecondConnections;
import java.lang.reflect.Modifier;
import javax.sql.DataSource;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.NativeDetector;

/** Puts who watches for second connections around each {@code DataSource}. Thread-safe. */
final class WatchedDataSources implements BeanPostProcessor {
    private final SecondConnections second = new SecondConnections(SpringTransactions::isOpenHere);

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        // A native image has no classes that are made while it runs.
        return bean instanceof DataSource source && !NativeDetector.inNativeImage() ? watched(source) : bean;
    }

    /** The source, with somebody who watches in front. */
    Object watched(DataSource bean) {
        ProxyFactory proxies = new ProxyFactory(bean);
        // Others ask for it by its class.
        proxies.setProxyTargetClass(!Modifier.isFinal(bean.getClass().getModifiers()));
        proxies.addAdvice((MethodInterceptor) this::watch);
        return proxies.getProxy(bean.getClass().getClassLoader());
    }

    private @Nullable Object watch(MethodInvocation invocation) throws Throwable {
        if (invocation.getMethod().getName().equals("getConnection")) {
            second.opens();
        }
        return invocation.proceed();
    }
}
