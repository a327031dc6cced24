package dev.reprise.gateway.proxy;

import io.vertx.core.Context;
import io.vertx.core.http.HttpConnection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A connection of a caller with the exchanges on it. Used on its event loop. */
final class CallerConnection {
    private final HttpConnection connection;
    private final Context context;
    private final MemoryShare share;
    private final Set<Caller> callers = new HashSet<>(2);
    private long idleSince = System.nanoTime();

    CallerConnection(HttpConnection connection, Context context, MemoryShare share) {
        this.connection = connection;
        this.context = context;
        this.share = share;
    }

    void begins(Caller caller) {
        callers.add(caller);
        share.goesOn();
        caller.over().onComplete(over -> {
            callers.remove(caller);
            idleSince = System.nanoTime();
        });
    }

    /** Whether the next request has to come in time. */
    private boolean isIdle() {
        return callers.isEmpty();
    }

    void check(CallerLimits limits, long now) {
        if (!isIdle()) {
            List.copyOf(callers).forEach(caller -> caller.check(limits.pace(), now));
        } else if (now - idleSince > limits.idle().toNanos()) {
            close();
        } else {
            share.waits(idleSince, () -> context.runOnContext(turn -> closeIfIdle()));
        }
    }

    private void closeIfIdle() {
        if (isIdle()) {
            close();
        }
    }

    void close() {
        Channels.close(Channels.of(connection));
    }

    /** The connection is closed. */
    void gone() {
        List.copyOf(callers).forEach(Caller::gone);
    }
}
