package dev.reprise.gateway.proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

/**
 * Answers requests of a later minor version as those of HTTP/1.1 (RFC 9110, section 2.5), and has those of another major
 * version refused, in the version that is spoken here. One for each connection.
 */
final class Versions extends ChannelInboundHandlerAdapter {
    private static final int DIGIT = 9;

    /** Why a request is refused. */
    static final class UnknownVersion extends Exception {
        private static final long serialVersionUID = 1;

        private UnknownVersion() {
            super("Only HTTP/1.1, HTTP/1.0 and HTTP/2 are spoken here", null, false, false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request && request.decoderResult().isSuccess()) {
            HttpVersion version = request.protocolVersion();
            boolean digits = version.majorVersion() <= DIGIT && version.minorVersion() <= DIGIT;
            if (!version.protocolName().equals("HTTP") || !digits) {
                request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("Not HTTP")));
            } else if (version.majorVersion() != 1) {
                request.setDecoderResult(DecoderResult.failure(new UnknownVersion()));
            }
            if (!version.equals(HttpVersion.HTTP_1_0)) {
                request.setProtocolVersion(HttpVersion.HTTP_1_1);
            }
        }
        context.fireChannelRead(message);
    }
}
