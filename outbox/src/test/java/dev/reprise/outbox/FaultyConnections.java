package dev.reprise.outbox;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Real connections that lose what they are told to lose, each in its turn. Thread-safe. */
final class FaultyConnections implements ConnectionSource {
    private final ConnectionSource connections;
    private final Queue<Connection> unfinished = new ConcurrentLinkedQueue<>();
    private final Queue<Connection> endless = new ConcurrentLinkedQueue<>();
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();

    /** What becomes of one connection. */
    enum Fault {
        NONE,
        /** There is none to be had. */
        NO_CONNECTION,
        /** It breaks when it has committed. */
        AFTER_COMMIT,
        /** It breaks before it has committed. */
        BEFORE_COMMIT,
        /** It breaks, and its session commits while somebody looks after what became of it. */
        LATE_COMMIT,
        /** It breaks, and its session stays as it is until {@link #end}. */
        NO_END,
        /** It commits, and breaks when it is closed. */
        AT_CLOSE
    }

    FaultyConnections(ConnectionSource connections) {
        this.connections = connections;
    }

    /** What becomes of the next connections, in this order; those after them work. */
    FaultyConnections next(Fault... next) {
        finishAll();
        faults.clear();
        faults.addAll(List.of(next));
        return this;
    }

    @Override
    public Connection open() throws SQLException {
        finishAll();
        Fault fault = faults.poll();
        if (fault == null || fault == Fault.NONE) {
            return connections.open();
        }
        if (fault == Fault.NO_CONNECTION) {
            throw lost();
        }
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new Broken(fault, connections.open()));
    }

    private void finishAll() {
        for (Connection late = unfinished.poll(); late != null; late = unfinished.poll()) {
            finish(late);
        }
    }

    /** At any time from now on. */
    private static void finish(Connection late) {
        Thread.ofPlatform().daemon().start(() -> {
            try (late) {
                late.commit();
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static SQLException lost() {
        return new SQLException("connection lost in a test", "08006");
    }

    /** Ends the sessions that have not ended; what they did is rolled back. */
    void end() {
        endless.forEach(connection -> {
            try (connection) {
                connection.rollback();
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
        endless.clear();
    }

    private final class Broken implements InvocationHandler {
        private final Fault fault;
        private final Connection connection;
        private boolean late;

        private Broken(Fault fault, Connection connection) {
            this.fault = fault;
            this.connection = connection;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
                throws Throwable {
            switch (method.getName()) {
                case "commit" -> commit();
                case "close" -> {
                    if (!late) {
                        connection.close();
                    }
                    if (fault == Fault.AT_CLOSE) {
                        throw lost();
                    }
                }
                default -> {
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                }
            }
            return null;
        }

        private void commit() throws SQLException {
            switch (fault) {
                case AFTER_COMMIT -> {
                    connection.commit();
                    throw lost();
                }
                case BEFORE_COMMIT -> {
                    connection.rollback();
                    throw lost();
                }
                case NO_END -> {
                    late = true;
                    endless.add(connection);
                    throw lost();
                }
                case LATE_COMMIT -> {
                    late = true;
                    unfinished.add(connection);
                    throw lost();
                }
                case AT_CLOSE, NONE, NO_CONNECTION -> connection.commit();
            }
        }
    }
}
