package dev.reprise.spring.boot;

import dev.reprise.spring.SpringTransactions;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.NativeDetector;

/**
 * Says so when work opens a second connection of a pool beside the transaction in which its answer is recorded: what is done there
 * is not undone with it, and as many requests as the pool has connections wait for each other. Thread-safe.
 */
final class SecondConnections implements BeanPostProcessor {
    private static final Logger LOG = System.getLogger(SecondConnections.class.getName());

    /** Each place is named once, and no more than so many. */
    private static final int MOST_PLACES = 100;

    private static final List<String> LIBRARIES =
            List.of("java.", "javax.", "jdk.", "jakarta.", "org.springframework.", "com.zaxxer.", "org.hibernate.");

    private final Set<String> told = ConcurrentHashMap.newKeySet();

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        // A native image has no classes that are made while it runs.
        if (!(bean instanceof DataSource) || NativeDetector.inNativeImage()) {
            return bean;
        }
        ProxyFactory proxies = new ProxyFactory(bean);
        // Others ask for it by its class.
        proxies.setProxyTargetClass(!Modifier.isFinal(bean.getClass().getModifiers()));
        proxies.addAdvice((MethodInterceptor) this::watch);
        return proxies.getProxy(bean.getClass().getClassLoader());
    }

    private @Nullable Object watch(MethodInvocation invocation) throws Throwable {
        if (invocation.getMethod().getName().equals("getConnection") && SpringTransactions.isOpenHere()) {
            tell();
        }
        return invocation.proceed();
    }

    private void tell() {
        StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> isOfTheApplication(frame.getClassName()))
                        .map(frame -> frame.toStackTraceElement().toString())
                        .findFirst())
                .filter(place -> told.size() < MOST_PLACES && told.add(place))
                .ifPresent(place -> LOG.log(
                        Level.WARNING,
                        "A second connection was opened beside the transaction of an idempotent request, at " + place
                                + ": what is done there stays if the request fails, and a pool of connections can starve. Remove "
                                + "REQUIRES_NEW or NOT_SUPPORTED, and ask DataSourceUtils for connections; or set "
                                + "reprise.warn-of-second-connections=false if it is meant"));
    }

    private static boolean isOfTheApplication(String type) {
        return !type.equals(SecondConnections.class.getName())
                && !type.contains("$$")
                && LIBRARIES.stream().noneMatch(type::startsWith);
    }
}
