package dev.reprise.store.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A pool of real connections, some methods of which fail without reaching the database. Thread-safe. */
final class Faulty {
    private final DataSource source;
    private final Set<String> failing = ConcurrentHashMap.newKeySet();

    Faulty(DataSource source) {
        this.source = source;
    }

    /** From now on these methods of its connections fail. */
    void fail(String... methods) {
        failing.addAll(Set.of(methods));
    }

    void heal() {
        failing.clear();
    }

    DataSource pool() {
        return wrap(DataSource.class, source);
    }

    private <T> T wrap(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(
                Faulty.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> invoke(target, method, arguments)));
    }

    private @Nullable Object invoke(Object target, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        if (failing.contains(method.getName())) {
            throw new SQLException(method.getName() + " fails in this test");
        }
        try {
            Object result = method.invoke(target, arguments);
            return result instanceof Connection connection && !method.getName().equals("unwrap")
                    ? wrap(Connection.class, connection)
                    : result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
