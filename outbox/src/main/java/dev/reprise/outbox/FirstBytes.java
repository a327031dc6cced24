package dev.reprise.outbox;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;

/** Reads an answer to its end and keeps the beginning of it, so that a server cannot fill the memory. */
final class FirstBytes {
    private FirstBytes() {}

    static BodyHandler<byte[]> atMost(int bound) {
        return head -> {
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            return BodySubscribers.mapping(
                    BodySubscribers.ofByteArrayConsumer(part ->
                            part.ifPresent(bytes -> kept.write(bytes, 0, Math.min(bytes.length, bound - kept.size())))),
                    end -> kept.toByteArray());
        };
    }
}
