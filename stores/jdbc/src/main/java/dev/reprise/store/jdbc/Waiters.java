package dev.reprise.store.jdbc;

import dev.reprise.FencingToken;
import dev.reprise.OperationState;
import dev.reprise.spi.support.ChangeSignals;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for the end of operations. They are woken where the end is heard of, and look for themselves after a
 * pause where it may not be. Thread-safe.
 */
final class Waiters implements AutoCloseable {
    /** How an operation stands that has no record. */
    static final Statements.Watched GONE =
            new Statements.Watched(new RecordRows.TokenAndState(FencingToken.NONE, OperationState.Kind.UNKNOWN), false);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);
    /** It may be over spuriously, and nanoseconds have an end. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(1);
    /** A notification may still get lost with its connection. */
    private static final Duration PAUSE_WHEN_NOTIFIED = Duration.ofSeconds(1);

    private final ChangeSignals<RowKey> signals = new ChangeSignals<>();
    private final Function<RowKey, Statements.Watched> watch;
    private final @Nullable Notifications notifications;

    private Waiters(DataSource source, @Nullable String channel, Function<RowKey, Statements.Watched> watch) {
        this.watch = watch;
        this.notifications =
                channel == null ? null : new Notifications(source, channel, name -> signals.changed(RowKey.of(name)));
    }

    /** @param watch how an operation stands; on PostgreSQL it also asks for the notification */
    static Waiters on(JdbcDatabase database, Function<RowKey, Statements.Watched> watch) {
        boolean listens = database.dialect() == SqlDialect.POSTGRESQL && Notifications.possible(database.source());
        return new Waiters(database.source(), listens ? PostgresStatements.channel(database.table()) : null, watch);
    }

    /** Whether ends in other processes are heard of. */
    boolean notified() {
        return notifications != null;
    }

    /** Wakes those who wait for the operation in this process. */
    void changed(RowKey key) {
        signals.changed(key);
    }

    void await(RowKey key, FencingToken token, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + shorter(atMost, LONGEST_WAIT).toNanos();
        Duration pause = FIRST_PAUSE;
        Statements.Watched[] seen = new Statements.Watched[1];
        while (true) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            if (left.isNegative() || left.isZero()) {
                return;
            }
            Duration wait = jittered(pause);
            signals.await(
                    key,
                    () -> {
                        seen[0] = watch.apply(key);
                        return runs(seen[0], token);
                    },
                    wait.compareTo(left) < 0 ? wait : left);
            if (!runs(seen[0], token)) {
                return;
            }
            pause = isNotified(seen[0]) ? PAUSE_WHEN_NOTIFIED : shorter(pause.multipliedBy(2), LONGEST_PAUSE);
        }
    }

    private static boolean runs(Statements.Watched watched, FencingToken token) {
        return watched.stamp().kind() == OperationState.Kind.RUNNING
                && watched.stamp().token().equals(token);
    }

    private boolean isNotified(Statements.Watched watched) {
        return watched.notifies() && notifications != null && notifications.listens();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration jittered(Duration pause) {
        long nanos = pause.toNanos();
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(nanos / 2, nanos));
    }

    @Override
    public void close() {
        if (notifications != null) {
            notifications.close();
        }
    }
}
