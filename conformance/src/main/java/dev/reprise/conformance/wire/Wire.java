package dev.reprise.conformance.wire;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;

/**
 * Opens connections that end by themselves: each one has a deadline, after which its socket is closed, so that neither a
 * slow handshake nor a dripping response lasts longer. Thread-safe.
 */
public final class Wire implements AutoCloseable {
    private final SSLSocketFactory tls;
    private final Duration perRequest;
    private final int responseBytes;
    private final WireForm form;
    private final ScheduledThreadPoolExecutor watchdog;

    /**
     * Connections within these bounds.
     *
     * @param tls whom to trust
     * @param perRequest how long a connection, which is used for one request, may last
     * @param responseBytes the longest response body that is read
     * @param form how messages are written
     */
    public Wire(SSLSocketFactory tls, Duration perRequest, int responseBytes, WireForm form) {
        this.tls = tls;
        this.perRequest = perRequest;
        this.responseBytes = responseBytes;
        this.form = form;
        watchdog = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("reprise-check-watchdog").factory());
        watchdog.setRemoveOnCancelPolicy(true);
    }

    /** Sends one request on a connection of its own and reads the response. Redirects are responses like others. */
    public WireAttempt send(WireRequest request) {
        try (Connection connection = open(request.uri())) {
            connection.send(request);
            return connection.read(request);
        }
    }

    /** A connection for one request; a failure to connect shows when it is read. */
    public Connection open(URI uri) {
        return Connection.to(uri, this);
    }

    SSLSocketFactory tls() {
        return tls;
    }

    Duration perRequest() {
        return perRequest;
    }

    int responseBytes() {
        return responseBytes;
    }

    WireForm form() {
        return form;
    }

    ScheduledFuture<?> atDeadline(Runnable close) {
        return watchdog.schedule(close, perRequest.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        watchdog.shutdownNow();
    }
}
