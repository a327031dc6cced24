package dev.reprise.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;

/** A stream whose failures to be read say how their call went. */
final class ReportedStream extends FilterInputStream {
    private final Function<IOException, CallFailedException> failure;

    ReportedStream(InputStream body, Function<IOException, CallFailedException> failure) {
        super(body);
        this.failure = failure;
    }

    @Override
    public int read() throws IOException {
        try {
            return super.read();
        } catch (IOException e) {
            throw failure.apply(e);
        }
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        try {
            return super.read(bytes, from, length);
        } catch (IOException e) {
            throw failure.apply(e);
        }
    }

    @Override
    public long skip(long bytes) throws IOException {
        try {
            return super.skip(bytes);
        } catch (IOException e) {
            throw failure.apply(e);
        }
    }
}
