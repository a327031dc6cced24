package dev.reprise.gateway.proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * Ends the stream of a request whose head is malformed (RFC 9113, section 8.1.1) in a way that nothing above can see any
 * more. Used on the event loop of its connection.
 */
final class Http2Heads extends Http2FrameListenerDecorator {
    private Http2Heads(Http2FrameListener listener) {
        super(listener);
    }

    static void check(Http2ConnectionHandler connection) {
        connection.decoder().frameListener(new Http2Heads(connection.decoder().frameListener()));
    }

    private static void check(int stream, Http2Headers head) throws Http2Exception {
        CharSequence method = head.method();
        boolean malformed = (method != null && !Door.isName(method))
                || head.getAll(HttpHeaderNames.HOST).size() > 1;
        if (malformed) {
            throw Http2Exception.streamError(stream, Http2Error.PROTOCOL_ERROR, "No method, or more than one host");
        }
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext context, int stream, Http2Headers head, int padding, boolean end)
            throws Http2Exception {
        check(stream, head);
        super.onHeadersRead(context, stream, head, padding, end);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context,
            int stream,
            Http2Headers head,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean end)
            throws Http2Exception {
        check(stream, head);
        super.onHeadersRead(context, stream, head, dependency, weight, exclusive, padding, end);
    }
}
