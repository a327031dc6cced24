package dev.reprise.client;

import dev.reprise.client.AttemptResult.NoAnswer;
import dev.reprise.client.AttemptResult.NotSent;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Tells by its exception whether an attempt can have reached the server. In doubt it can. */
final class Reachability {
    private Reachability() {}

    /** What a future failed with. */
    static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

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
}
