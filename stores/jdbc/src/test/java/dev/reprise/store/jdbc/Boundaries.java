package dev.reprise.store.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Counts what is sent to a database: each statement, commit and rollback is a boundary, and somebody is called before it.
 */
final class Boundaries {
    private final IntConsumer before;
    private final AtomicInteger count = new AtomicInteger();

    /** @param before gets the number of the boundary, from 1 */
    Boundaries(IntConsumer before) {
        this.before = before;
    }

    /** How many boundaries there were. */
    int count() {
        return count.get();
    }

    /** A boundary that is none of the database. */
    void point() {
        before.accept(count.incrementAndGet());
    }

    void startAgain() {
        count.set(0);
    }

    /** The same data source, with the boundaries counted. */
    DataSource in(DataSource source) {
        return wrap(DataSource.class, source);
    }

    private <T> T wrap(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(
                Boundaries.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> wrapResult(invoke(target, method, arguments))));
    }

    private @Nullable Object wrapResult(@Nullable Object result) {
        if (result instanceof Connection connection) {
            return wrap(Connection.class, connection);
        }
        if (result instanceof PreparedStatement statement) {
            return wrap(PreparedStatement.class, statement);
        }
        return result instanceof Statement statement ? wrap(Statement.class, statement) : result;
    }

    private @Nullable Object invoke(Object target, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        if (method.getName().startsWith("execute")
                || method.getName().equals("commit")
                || method.getName().equals("rollback")) {
            before.accept(count.incrementAndGet());
        }
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
