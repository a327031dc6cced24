package dev.reprise.client.spring;

import dev.reprise.client.spi.AttemptResult;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;

/**
 * What failures of clients say that may have sent a request before, by themselves, and tell of the last time alone, as Apache's do after a
 * 503. They throw exceptions of their own. The JDK's client does not repeat what was sent.
 */
final class RepeatedSending {
    private RepeatedSending() {}

    static AttemptResult result(IOException failure) {
        Class<?> thrown = failure.getClass();
        return thrown.equals(ConnectException.class) || thrown.equals(HttpConnectTimeoutException.class)
                ? new AttemptResult.NotSent(failure)
                : new AttemptResult.NoAnswer(failure);
    }
}
