package dev.reprise.gateway.proxy;

import dev.reprise.gateway.config.GatewayConfig;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets connections of callers in, as long as there are places and memory for them, and closes those that do not say in
 * time what they want. Vert.x tells of a connection only when its first head has come. Thread-safe.
 */
@Sharable
public final class ConnectionGate extends ChannelInboundHandlerAdapter {
    private static final AttributeKey<MemoryShare> SHARE = AttributeKey.valueOf(ConnectionGate.class, "share");
    private static final String OPENING = "opening";
    /** Handlers, parsers and buffers of a connection, and what it may have queued beside the exchanges on it. */
    private static final int CONNECTION = 32 << 10;
    /** What TLS adds to that. */
    private static final int TLS = 64 << 10;

    private final MemoryBudget budget;
    private final int size;
    private final int most;
    private final Semaphore places;
    private final Duration patience;

    /**
     * A gate for all listeners of a gateway.
     *
     * @param most how many connections there may be
     */
    public ConnectionGate(MemoryBudget budget, int most, GatewayConfig config) {
        this.budget = budget;
        this.size = config.tls() == null ? CONNECTION : CONNECTION + TLS;
        this.most = most;
        this.places = new Semaphore(most);
        this.patience = config.limits().idleTimeout();
    }

    /** How many connections there are. */
    public int connections() {
        return most - places.availablePermits();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        Channel channel = (Channel) accepted;
        MemoryShare share = budget.connection();
        if (!places.tryAcquire()) {
            budget.relieveConnections();
            channel.unsafe().closeForcibly();
            return;
        }
        channel.closeFuture().addListener(closed -> {
            places.release();
            share.giveBack();
        });
        if (!share.take(size)) {
            channel.unsafe().closeForcibly();
            return;
        }
        channel.attr(SHARE).set(share);
        Channels.readLittleAtOnce(channel);
        channel.pipeline().addLast(OPENING, new Opening(patience));
        H2cUpgrade.ignore(channel);
        context.fireChannelRead(accepted);
    }

    /** The connection has said what it wants; from now on it is up to others to close it. Returns its share. */
    static MemoryShare opened(Channel channel) {
        channel.pipeline().remove(OPENING);
        return channel.attr(SHARE).get();
    }

    /** Closes a connection unless it is removed in time. */
    private static final class Opening extends ChannelHandlerAdapter {
        private final Duration patience;
        private @Nullable Future<?> end;

        private Opening(Duration patience) {
            this.patience = patience;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            Runnable close = () -> Channels.close(context.channel());
            end = context.executor().schedule(close, patience.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            if (end != null) {
                end.cancel(false);
            }
        }
    }
}
