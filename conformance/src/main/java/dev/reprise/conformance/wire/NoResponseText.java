package dev.reprise.conformance.wire;

import dev.reprise.conformance.wire.WireAttempt.Failed;
import dev.reprise.conformance.wire.WireAttempt.Failure;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;

/** Says in a sentence why there is no response. */
final class NoResponseText {
    private NoResponseText() {}

    static Failed explain(Failure stage, Exception failure) {
        String detail = String.valueOf(failure.getMessage());
        return switch (failure) {
            case TooLongException e -> new Failed(Failure.TOO_LONG, detail);
            case MessageConstraintException e ->
                new Failed(Failure.TOO_LONG, "The head of the response is longer than anyone reads: " + detail);
            case UnknownHostException e -> new Failed(Failure.UNREACHABLE, "There is no host named " + detail);
            case SSLException e -> new Failed(Failure.TLS, "TLS failed: " + detail);
            case SocketTimeoutException e ->
                new Failed(
                        stage == Failure.UNREACHABLE ? stage : Failure.TIMEOUT,
                        stage == Failure.UNREACHABLE
                                ? "Nobody answered the connection in time"
                                : "Nothing came in time");
            case NoHttpResponseException e ->
                new Failed(Failure.BROKEN, "The connection was closed without a response");
            case HttpException e -> new Failed(Failure.NOT_HTTP, "What came is not HTTP/1.1: " + detail);
            default -> new Failed(stage, sentence(stage) + detail);
        };
    }

    private static String sentence(Failure stage) {
        return switch (stage) {
            case UNREACHABLE -> "No connection: ";
            case TLS -> "No TLS: ";
            case NOT_HTTP -> "Not HTTP: ";
            case TIMEOUT -> "Too late: ";
            case TOO_LONG -> "Too long: ";
            case BROKEN -> "The connection broke: ";
        };
    }
}
