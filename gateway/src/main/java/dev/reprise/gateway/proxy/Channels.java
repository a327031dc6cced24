package dev.reprise.gateway.proxy;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** The way from a connection of Vert.x to Netty's, for what Vert.x has no setting for; nothing else takes it. */
final class Channels {
    private static final int SMALLEST_READ = 512;
    private static final int FIRST_READ = 2 << 10;
    private static final int LARGEST_READ = 16 << 10;
    private static final int READS_IN_A_TURN = 2;

    private Channels() {}

    static Channel of(HttpConnection connection) {
        return ((ConnectionBase) connection).channel();
    }

    /** Closes a connection; those who wait for that have listeners of their own. */
    @SuppressWarnings("FutureReturnValueIgnored")
    static void close(Channel channel) {
        channel.close();
    }

    /** Bounds what has come on a connection and waits in the process because nobody takes it: two reads. */
    static void readLittleAtOnce(Channel channel) {
        channel.config()
                .setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(SMALLEST_READ, FIRST_READ, LARGEST_READ)
                        .maxMessagesPerRead(READS_IN_A_TURN));
    }
}
