package dev.reprise.testkit;

import dev.reprise.memory.MemoryDatabase;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.TransactionalStore;
import dev.reprise.spi.Transactions;
import java.io.Serial;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A database as a process uses it that dies at one of the points around its calls: from there on nothing that the process does
 * reaches the database, and its open transactions are rolled back. Thread-safe.
 */
final class DyingDatabase {
    /** What a process does not do to the database. */
    private static final Set<String> NO_CALLS =
            Set.of("handle", "close", "diagnose", "records", "toString", "hashCode");

    private final MemoryDatabase database;
    private final int deadly;
    private int point;
    private String where = "which it did not come to";

    /** The process is gone, and whatever it would still do does not matter. */
    static final class ProcessDied extends Error {
        @Serial
        private static final long serialVersionUID = 1;

        private ProcessDied() {
            super("The process died, as it was to", null, false, false);
        }
    }

    /** @param deadly the point at which it dies, from 1 */
    DyingDatabase(MemoryDatabase database, int deadly) {
        this.database = database;
        this.deadly = deadly;
    }

    Transactions<MemoryTransaction> transactions() {
        return () -> {
            pass("before", "begin");
            return dying(Transactions.Transaction.class, database.begin());
        };
    }

    ResumableStore<MemoryTransaction> store() {
        return dying(ResumableStore.class, database);
    }

    synchronized boolean isDead() {
        return point >= deadly;
    }

    synchronized String where() {
        return where;
    }

    private synchronized void pass(String when, String call) {
        if (point >= deadly) {
            throw new ProcessDied();
        }
        point++;
        if (point == deadly) {
            where = when + " " + call;
            throw new ProcessDied();
        }
    }

    @SuppressWarnings("unchecked")
    private <T> T dying(Class<? super T> type, T target) {
        return (T) Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call(target, method, arguments));
    }

    private @Nullable Object call(Object target, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        if (method.getName().equals("records")) {
            return dying(TransactionalStore.class, database.records());
        }
        boolean counts = !NO_CALLS.contains(method.getName());
        if (counts) {
            pass("before", method.getName());
        }
        Object result;
        try {
            result = method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
        if (counts) {
            pass("after", method.getName());
        }
        return result;
    }
}
