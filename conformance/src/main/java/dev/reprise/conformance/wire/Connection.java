package dev.reprise.conformance.wire;

import dev.reprise.conformance.wire.WireAttempt.Answered;
import dev.reprise.conformance.wire.WireAttempt.Failed;
import dev.reprise.conformance.wire.WireAttempt.Failure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ScheduledFuture;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * One connection for one request. What goes wrong is kept and thrown by {@link #read}, so that callers handle failures in
 * one place. Used by one thread.
 */
public final class Connection implements AutoCloseable {
    private static final Http1Config BOUNDS = Http1Config.custom()
            .setMaxLineLength(64 * 1024)
            .setMaxHeaderCount(500)
            .setMaxEmptyLineCount(2)
            .build();

    private final Wire wire;
    private final Socket socket = new Socket();
    private final DefaultBHttpClientConnection http = new DefaultBHttpClientConnection(BOUNDS);
    private final ScheduledFuture<?> deadline;
    private volatile boolean late;
    private @Nullable Failed failed;
    private long sent;

    private Connection(Wire wire) {
        this.wire = wire;
        this.deadline = wire.atDeadline(() -> {
            late = true;
            Sockets.closeQuietly(socket);
        });
    }

    static Connection to(URI uri, Wire wire) {
        Connection connection = new Connection(wire);
        connection.attempt(Failure.UNREACHABLE, () -> connection.connect(uri));
        if (uri.getScheme().toLowerCase(Locale.ROOT).equals("https")) {
            connection.attempt(Failure.TLS, () -> connection.shakeHands(uri));
        } else {
            connection.attempt(Failure.UNREACHABLE, () -> connection.http.bind(connection.socket));
        }
        return connection;
    }

    private void connect(URI uri) throws IOException {
        boolean secure = uri.getScheme().toLowerCase(Locale.ROOT).equals("https");
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        int timeout = (int) Math.min(wire.perRequest().toMillis(), Integer.MAX_VALUE);
        String host = uri.getHost().replaceAll("[\\[\\]]", "");
        socket.connect(new InetSocketAddress(host, port), timeout);
        socket.setTcpNoDelay(true);
    }

    private void shakeHands(URI uri) throws IOException {
        SSLSocket secure = (SSLSocket) wire.tls().createSocket(socket, uri.getHost(), socket.getPort(), true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        http.bind(secure, socket);
    }

    /** Sends the whole request. */
    public void send(WireRequest request) {
        WireRequest written = wire.form().written(request);
        write(written, written.body() == null ? 0 : written.body().length());
    }

    /** Sends the head, which announces the whole body, and so many bytes of the body. */
    public void send(WireRequest request, int bytesOfBody) {
        write(wire.form().written(request), bytesOfBody);
    }

    private void write(WireRequest request, int bytesOfBody) {
        sent = System.nanoTime();
        attempt(Failure.BROKEN, () -> {
            Messages.write(http, request, bytesOfBody);
            http.flush();
        });
    }

    /** Waits for the first byte of a response; false if there will be none. */
    public boolean awaitFirstByte() {
        boolean[] came = new boolean[1];
        attempt(Failure.BROKEN, () -> came[0] = http.isDataAvailable(Timeout.of(wire.perRequest())));
        return came[0];
    }

    /** Reads the response to that request, or says why there is none. */
    public WireAttempt read(WireRequest request) {
        WireResponse[] response = new WireResponse[1];
        attempt(
                Failure.BROKEN,
                () -> response[0] = Messages.read(
                        http, request, wire.responseBytes(), () -> Duration.ofNanos(System.nanoTime() - sent)));
        if (failed != null) {
            return failed;
        }
        return new Answered(wire.form().read(response[0]));
    }

    /** Ends the connection by a reset, as a client does that dies. */
    public void reset() {
        Sockets.resetQuietly(socket);
        deadline.cancel(false);
    }

    @Override
    public void close() {
        deadline.cancel(false);
        try {
            http.close();
        } catch (IOException e) {
            // What there was to learn from the connection has been learned.
        }
        Sockets.closeQuietly(socket);
    }

    private interface Step {
        void run() throws IOException, HttpException;
    }

    private void attempt(Failure kind, Step step) {
        if (failed != null) {
            return;
        }
        try {
            step.run();
        } catch (IOException | HttpException | RuntimeException e) {
            failed = late
                    ? new Failed(
                            Failure.TIMEOUT,
                            "The " + (kind == Failure.TLS ? "TLS handshake" : "response") + " was not complete within "
                                    + wire.perRequest().toMillis() + " ms")
                    : NoResponseText.explain(kind, e);
        }
    }
}
