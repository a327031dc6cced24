package dev.reprise.store.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import javax.sql.DataSource;

/** A pool that notices when a thread opens a connection beside its transaction. */
final class WatchedPool {
    private WatchedPool() {}

    static DataSource of(DataSource pool, SecondConnections second) {
        return (DataSource) Proxy.newProxyInstance(
                WatchedPool.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getConnection")) {
                        second.opens();
                    }
                    try {
                        return method.invoke(pool, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
