package dev.reprise.gateway.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Settings;

/**
 * Ends an HTTP/2 connection whose caller sends more frames that carry nothing than any use of them explains (RFC 9113,
 * section 10.5). Those that reset streams or continue fields are bounded by Netty itself. Used on its event loop.
 */
final class ControlFrames extends Http2FrameListenerDecorator {
    private static final int AT_ONCE = 1_000;
    private static final int PER_SECOND = 50;
    /** Windows that grow by more than this run out of numbers before they are a burden. */
    private static final int SMALL_WINDOW_UPDATE = 4_096;
    /** Small updates follow small pieces of answers, of which there are more than of anything else. */
    private static final double UPDATE = 0.05;

    private double left = AT_ONCE;
    private long last = System.nanoTime();

    private ControlFrames(Http2FrameListener listener) {
        super(listener);
    }

    static void bound(Http2ConnectionHandler connection) {
        connection
                .decoder()
                .frameListener(new ControlFrames(connection.decoder().frameListener()));
    }

    private void count(double cost) throws Http2Exception {
        long now = System.nanoTime();
        left = Math.min(AT_ONCE, left + (now - last) * PER_SECOND / 1e9) - cost;
        last = now;
        if (left < 0) {
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "Too many control frames");
        }
    }

    @Override
    public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
        count(1);
        super.onPingRead(context, data);
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext context, long data) throws Http2Exception {
        count(1);
        super.onPingAckRead(context, data);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) throws Http2Exception {
        count(1);
        super.onSettingsRead(context, settings);
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext context) throws Http2Exception {
        count(1);
        super.onSettingsAckRead(context);
    }

    @Override
    public void onPriorityRead(
            ChannelHandlerContext context, int stream, int dependency, short weight, boolean exclusive)
            throws Http2Exception {
        count(1);
        super.onPriorityRead(context, stream, dependency, weight, exclusive);
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext context, int stream, int increment) throws Http2Exception {
        if (increment < SMALL_WINDOW_UPDATE) {
            count(UPDATE);
        }
        super.onWindowUpdateRead(context, stream, increment);
    }

    @Override
    public void onUnknownFrame(ChannelHandlerContext context, byte type, int stream, Http2Flags flags, ByteBuf payload)
            throws Http2Exception {
        count(1);
        super.onUnknownFrame(context, type, stream, flags, payload);
    }

    @Override
    public int onDataRead(ChannelHandlerContext context, int stream, ByteBuf data, int padding, boolean end)
            throws Http2Exception {
        if (!data.isReadable() && !end) {
            count(1);
        }
        return super.onDataRead(context, stream, data, padding, end);
    }
}
