package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A real session, of which a test sees each statement before it is sent, and can keep it from that. */
final class WatchedSession {
    private WatchedSession() {}

    /** @param before gets what is to be sent; what it throws, the driver seems to have thrown */
    static CqlSession of(CqlSession session, Consumer<String> before) {
        return (CqlSession) Proxy.newProxyInstance(
                WatchedSession.class.getClassLoader(),
                new Class<?>[] {CqlSession.class},
                (proxy, method, arguments) -> invoke(session, method, arguments, before));
    }

    private static @Nullable Object invoke(
            CqlSession session, Method method, @Nullable Object @Nullable [] arguments, Consumer<String> before)
            throws Throwable {
        if (method.getName().equals("executeAsync") && arguments != null) {
            before.accept(text(arguments[0]));
        }
        try {
            return method.invoke(session, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static String text(@Nullable Object statement) {
        return switch (statement) {
            case BoundStatement bound -> bound.getPreparedStatement().getQuery();
            case BatchStatement batch -> text(batch.iterator().next());
            case null, default -> String.valueOf(statement);
        };
    }
}
