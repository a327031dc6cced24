package dev.reprise.client.spi;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** What became of one attempt. */
public sealed interface AttemptResult {
    /** Tells by an exception of the JDK whether the attempt can have reached the server. In doubt it can. */
    static AttemptResult of(IOException failure) {
        return switch (failure) {
            case ConnectException notSent -> new NotSent(failure);
            case HttpConnectTimeoutException notSent -> new NotSent(failure);
            case UnknownHostException notSent -> new NotSent(failure);
            case NoRouteToHostException notSent -> new NotSent(failure);
            case SSLHandshakeException notSent -> new NotSent(failure);
            case SSLPeerUnverifiedException notSent -> new NotSent(failure);
            default -> new NoAnswer(failure);
        };
    }

    /**
     * The connection was never established, so the server has not seen the request.
     *
     * @param cause what the client threw
     */
    record NotSent(IOException cause) implements AttemptResult {}

    /**
     * The request was sent, or a part of it, and no whole answer came back.
     *
     * @param cause what the client threw
     */
    record NoAnswer(IOException cause) implements AttemptResult {}

    /**
     * The server answered.
     *
     * @param answer its answer
     * @param replayed whether it is marked as the recorded answer of an earlier attempt (S17)
     */
    record Answered(ResponseView answer, boolean replayed) implements AttemptResult {}
}
