package dev.reprise.gateway.proxy;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.Context;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The callers of one event loop, who are all bounded in number, memory and time. Used on that loop. */
final class Callers {
    /** The objects of an exchange, on both sides. */
    private static final int EXCHANGE = 8 << 10;
    /** An answer of that length is recorded with its body, and replayed, however scarce memory has become meanwhile. */
    private static final int SMALL_ANSWER = 4 << 10;
    /** A field is held by this many objects: as it came, as it is compared, as it goes on. */
    private static final int COPIES = 4;

    private final Context context;
    private final MemoryBudget budget;
    private final CallerLimits limits;
    private final IdentityHashMap<HttpConnection, CallerConnection> connections = new IdentityHashMap<>();

    Callers(Context context, MemoryBudget budget, CallerLimits limits) {
        this.context = context;
        this.budget = budget;
        this.limits = limits;
    }

    /** Takes a connection in that has passed the gate. */
    void connects(HttpConnection connection) {
        Channel channel = Channels.of(connection);
        Http2ConnectionHandler frames = channel.pipeline().get(Http2ConnectionHandler.class);
        if (frames != null) {
            ControlFrames.bound(frames);
            Http2Heads.check(frames);
        } else {
            channel.pipeline().addBefore("handler", null, new Versions());
        }
        CallerConnection caller = new CallerConnection(connection, context, ConnectionGate.opened(channel));
        connections.put(connection, caller);
        channel.closeFuture().addListener(closed -> {
            connections.remove(connection);
            caller.gone();
        });
    }

    /** The caller of a request; null if there is no room for it. */
    @Nullable
    Caller admit(HttpServerRequest request) {
        CallerConnection connection = connections.get(request.connection());
        MemoryShare share = budget.exchange();
        if (connection == null || !share.take(EXCHANGE + COPIES * size(request), SMALL_ANSWER)) {
            return null;
        }
        Caller caller = new Caller(request, context, share);
        connection.begins(caller);
        return caller;
    }

    private static long size(HttpServerRequest request) {
        long size = request.uri().length();
        for (Map.Entry<String, String> field : request.headers()) {
            size += field.getKey().length() + field.getValue().length();
        }
        return size;
    }

    /** Lets those go who are too slow. */
    void check() {
        long now = System.nanoTime();
        List.copyOf(connections.values()).forEach(connection -> connection.check(limits, now));
    }
}
