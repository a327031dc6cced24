package dev.reprise.gateway.proxy;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** The way from a connection of Vert.x to Netty's, for what Vert.x has no setting for; nothing else takes it. */
final class Channels {
    private Channels() {}

    static Channel of(HttpConnection connection) {
        return ((ConnectionBase) connection).channel();
    }
}
