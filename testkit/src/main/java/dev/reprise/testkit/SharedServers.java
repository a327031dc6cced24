package dev.reprise.testkit;

import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link PostgresServer}, a {@link MariaDbServer}, a {@link RedisServer} or a {@link RedisCluster} as a parameter, or
 * with {@link Both} whichever database they ask for: one for all tests of a run, started on first use, and closed after the last test. Tests whose server cannot be
 * started here are skipped, with the reason.
 *
 * <p>Its data would not survive a failure of the machine, which no test causes.
 */
public final class SharedServers implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SharedServers.class);
    private static final Set<Class<?>> TYPES =
            Set.of(PostgresServer.class, MariaDbServer.class, Both.class, RedisServer.class, RedisCluster.class);

    /** Both servers, each started when a test asks for it. */
    public static final class Both {
        private final ExtensionContext context;

        private Both(ExtensionContext context) {
            this.context = context;
        }

        /** PostgreSQL; skips the test where it cannot be started. */
        public PostgresServer postgres() {
            return SharedServers.postgres(context);
        }

        /** MariaDB; skips the test where it cannot be started. */
        public MariaDbServer mariaDb() {
            return SharedServers.mariaDb(context);
        }
    }

    /** For {@code @ExtendWith}. */
    public SharedServers() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return TYPES.contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        if (type == Both.class) {
            return new Both(context);
        }
        if (type == RedisServer.class) {
            return shared(
                    context,
                    RedisServer.class,
                    RedisServer.unavailable(),
                    () -> RedisServer.start("appendonly yes", "appendfsync no"));
        }
        if (type == RedisCluster.class) {
            return shared(
                    context,
                    RedisCluster.class,
                    RedisServer.unavailable(),
                    () -> RedisCluster.start("appendonly yes", "appendfsync no"));
        }
        return type == PostgresServer.class ? postgres(context) : mariaDb(context);
    }

    private static PostgresServer postgres(ExtensionContext context) {
        return shared(
                context,
                PostgresServer.class,
                PostgresServer.unavailable(),
                () -> PostgresServer.start("fsync=off", "max_connections=200", "max_prepared_transactions=0"));
    }

    private static MariaDbServer mariaDb(ExtensionContext context) {
        return shared(
                context,
                MariaDbServer.class,
                MariaDbServer.unavailable(),
                () -> MariaDbServer.start(
                        "innodb-flush-log-at-trx-commit=2",
                        "innodb-flush-method=nosync",
                        "sync-frm=0",
                        "max-connections=300"));
    }

    private static <S> S shared(
            ExtensionContext context, Class<S> type, Optional<String> unavailable, Supplier<S> start) {
        unavailable.ifPresent(Assumptions::abort);
        // Of the session, since a virtual machine that shares classes with others is given one after the other.
        return context.getStore(ExtensionContext.StoreScope.LAUNCHER_SESSION, NAMESPACE)
                .computeIfAbsent(type, ignored -> start.get(), type);
    }
}
