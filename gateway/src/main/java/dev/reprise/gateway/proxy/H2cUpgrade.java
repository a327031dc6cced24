package dev.reprise.gateway.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.vertx.core.http.impl.http2.codec.Http1xUpgradeToH2CHandler;
import io.vertx.core.http.impl.tcp.Http1xOrH2CHandler;
import java.util.ArrayList;
import java.util.List;

/**
 * The upgrade from HTTP/1.1 to HTTP/2 without TLS, which is not offered.
 *
 * <p>RFC 9113 has made it obsolete, and it is dangerous: a proxy in front that passes an upgrade on sees no more of what its
 * caller sends, and so does not overwrite the field that says who that is. Vert.x offers it together with HTTP/2 by prior
 * knowledge and has no setting for it. What is done about that here rests on how it arranges the handlers of a connection;
 * a test tells when that changes.
 */
final class H2cUpgrade {
    private static final String H2C = "h2c";

    private H2cUpgrade() {}

    /** Has upgrades ignored on a connection that has just been accepted. */
    static void ignore(Channel connection) {
        connection.pipeline().addFirst(new Undecided());
    }

    /** Waits for the first bytes, when there is somebody who looks at them for the version. */
    private static final class Undecided extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ChannelPipeline pipeline = context.pipeline();
            ChannelHandlerContext deciding = pipeline.context(Http1xOrH2CHandler.class);
            if (deciding != null) {
                pipeline.addAfter(deciding.name(), null, new Decided());
            }
            pipeline.remove(this);
            context.fireChannelRead(message);
        }
    }

    /** Sees the first bytes again when the version is known, and before anybody reads a request in them. */
    private static final class Decided extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ChannelPipeline pipeline = context.pipeline();
            ChannelHandlerContext upgrading = pipeline.context(Http1xUpgradeToH2CHandler.class);
            if (upgrading != null) {
                pipeline.addBefore(upgrading.name(), null, new Ignored());
            }
            pipeline.remove(this);
            context.fireChannelRead(message);
        }
    }

    /** Takes the offer out of the first request; later ones are not looked at for it. */
    private static final class Ignored extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                List<String> offers = new ArrayList<>(request.headers().getAll(HttpHeaderNames.UPGRADE));
                if (offers.removeIf(H2C::equalsIgnoreCase)) {
                    request.headers().set(HttpHeaderNames.UPGRADE, offers);
                }
                context.pipeline().remove(this);
            }
            context.fireChannelRead(message);
        }
    }
}
