package dev.reprise.grpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Messages in the form in which they are sent. */
final class MessageBytes {
    private MessageBytes() {}

    /** The bytes that a marshaller wrote. */
    static byte[] of(InputStream marshalled) {
        try (marshalled) {
            return marshalled.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("A message could not be marshalled", e);
        }
    }
}
