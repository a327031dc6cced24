package dev.reprise.gateway.proxy;

import dev.reprise.gateway.config.GatewayConfig;
import dev.reprise.gateway.config.GatewayRoute;
import dev.reprise.gateway.config.ServerTls;
import dev.reprise.gateway.config.UpstreamTls;
import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The limits of connections to both sides. */
final class ConnectionLimits {
    /** Shorter than common services keep idle connections open, so that they rarely close one that is being used. */
    private static final Duration UPSTREAM_KEEP_ALIVE = Duration.ofSeconds(4);

    private static final Duration IDLE = Duration.ofSeconds(75);
    private static final int UPSTREAM_CONNECTIONS = 1_024;
    private static final int WAITING_FOR_CONNECTION = 10_000;
    private static final int LONGEST_HEAD = 32 * 1024;
    private static final int LONGEST_REQUEST_LINE = 16 * 1024;
    private static final int BACKLOG = 1_024;
    /**
     * What the kernel takes of what nobody reads. By itself it takes megabytes for each connection, which count as sent, and in
     * a container against its memory.
     */
    private static final int SEND_BUFFER = 256 << 10;

    private ConnectionLimits() {}

    static HttpServerOptions server(GatewayConfig config) {
        HttpServerOptions options = new HttpServerOptions()
                .setMaxHeaderSize(LONGEST_HEAD)
                .setMaxInitialLineLength(LONGEST_REQUEST_LINE)
                .setAcceptBacklog(BACKLOG)
                .setSendBufferSize(SEND_BUFFER)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout(Math.toIntExact(idle(config).toMillis()))
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(config.limits().streams()));
        ServerTls tls = config.tls();
        if (tls != null) {
            options.setSsl(true).setUseAlpn(true).setKeyCertOptions(pem(tls.certificate(), tls.key()));
        }
        return options;
    }

    /** A connection may be silent for as long as a request may take. */
    private static Duration idle(GatewayConfig config) {
        Duration longest = IDLE;
        for (GatewayRoute route : config.routes()) {
            Duration request =
                    route.timeout().plus(route.route().policy().maxWait()).plusSeconds(10);
            longest = request.compareTo(longest) > 0 ? request : longest;
        }
        return longest;
    }

    static HttpClient client(Vertx vertx, GatewayConfig config) {
        HttpClientOptions options = new HttpClientOptions()
                .setKeepAliveTimeout(Math.toIntExact(UPSTREAM_KEEP_ALIVE.toSeconds()))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout(Math.toIntExact(idle(config).toMillis()))
                .setMaxHeaderSize(LONGEST_HEAD)
                .setSendBufferSize(SEND_BUFFER)
                .setVerifyHost(true);
        UpstreamTls tls = config.upstreamTls();
        Path trust = tls.trust();
        if (trust != null) {
            options.setTrustOptions(new PemTrustOptions().addCertPath(trust.toString()));
        }
        Path certificate = tls.certificate();
        Path key = tls.key();
        if (certificate != null && key != null) {
            options.setKeyCertOptions(pem(certificate, key));
        }
        return vertx.httpClientBuilder()
                .with(options)
                .with(new PoolOptions()
                        .setHttp1MaxSize(UPSTREAM_CONNECTIONS)
                        .setMaxWaitQueueSize(WAITING_FOR_CONNECTION))
                .withConnectHandler(ConnectionLimits::prepare)
                .build();
    }

    private static void prepare(HttpConnection toService) {
        Channel channel = Channels.of(toService);
        channel.pipeline().replace("codec", "codec", new ServiceCodec(LONGEST_HEAD));
        Channels.readLittleAtOnce(channel);
        // Each exchange tells what happens to it.
        toService.exceptionHandler(FailureText::escalate);
        // A service may answer before it has read everything, and close: its answer is read all the same.
        channel.config().setAutoClose(false);
    }

    static PemKeyCertOptions pem(Path certificate, Path key) {
        return new PemKeyCertOptions().setCertPath(certificate.toString()).setKeyPath(key.toString());
    }
}
