package dev.reprise.client;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.Flow;

/**
 * A request body that can be published again, with the same bytes each time (C1). The JDK's {@link
 * java.net.http.HttpRequest.BodyPublishers} for strings, byte arrays and files are known to be repeatable; declare
 * others with {@link #of}.
 */
public final class RepeatableBody implements BodyPublisher {
    /** What the JDK's own publishers are that start anew for each subscriber. Another JDK's may be called otherwise. */
    private static final Set<String> KNOWN =
            Set.of("ByteArrayPublisher", "StringPublisher", "EmptyPublisher", "FilePublisher", "IterablePublisher");

    private final BodyPublisher body;

    private RepeatableBody(BodyPublisher body) {
        this.body = body;
    }

    /**
     * Declares that each subscriber of the publisher gets the same bytes, for example {@code ofInputStream} with a
     * supplier that opens a new stream each time.
     */
    public static RepeatableBody of(BodyPublisher body) {
        return new RepeatableBody(body);
    }

    static boolean isRepeatable(BodyPublisher body) {
        return body instanceof RepeatableBody
                || body.contentLength() == 0
                || (body.getClass().getModule() == java.net.http.HttpRequest.class.getModule()
                        && KNOWN.contains(body.getClass().getSimpleName()));
    }

    @Override
    public long contentLength() {
        return body.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        body.subscribe(subscriber);
    }
}
