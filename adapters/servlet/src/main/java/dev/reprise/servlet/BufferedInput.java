package dev.reprise.servlet;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A request body that is there as a whole, as the stream that an application reads. Not thread-safe. */
final class BufferedInput extends ServletInputStream {
    private final byte[] body;
    private final Executor container;
    private int at;
    private boolean listening;
    private @Nullable ReadListener toldOfEnd;

    /**
     * A stream over the body.
     *
     * @param container runs listeners
     */
    BufferedInput(byte[] body, Executor container) {
        this.body = body;
        this.container = container;
    }

    /**
     * Reads the whole body of a request.
     *
     * @return nothing if it is longer than the limit
     * @throws IOException if it is cut short (S20)
     */
    static Optional<byte[]> read(HttpServletRequest request, int limit) throws IOException {
        long declared = request.getContentLengthLong();
        if (declared > limit) {
            return Optional.empty();
        }
        byte[] body = request.getInputStream().readNBytes(limit == Integer.MAX_VALUE ? limit : limit + 1);
        if (body.length > limit) {
            return Optional.empty();
        }
        if (body.length < declared) {
            throw new EOFException("The request body has " + body.length + " bytes of " + declared
                    + ": it was cut short, or somebody before the filter has read it");
        }
        return Optional.of(body);
    }

    boolean isEmpty() {
        return body.length == 0;
    }

    /** Whether somebody has read something. */
    boolean isBegun() {
        return at > 0;
    }

    /** What nobody has read so far, which is read by that. */
    byte[] rest() {
        byte[] rest = at == 0 ? body : Arrays.copyOfRange(body, at, body.length);
        at = body.length;
        return rest;
    }

    @Override
    public int read() {
        int b = at < body.length ? body[at++] & 0xff : -1;
        afterReading();
        return b;
    }

    @Override
    public int read(byte[] bytes, int from, int length) {
        if (length == 0) {
            return 0;
        }
        int count = at < body.length ? Math.min(length, body.length - at) : -1;
        if (count > 0) {
            System.arraycopy(body, at, bytes, from, count);
            at += count;
        }
        afterReading();
        return count;
    }

    @Override
    public int available() {
        return body.length - at;
    }

    @Override
    public boolean isFinished() {
        return at == body.length;
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void setReadListener(ReadListener chosen) {
        if (listening) {
            throw new IllegalStateException("There is a read listener already");
        }
        listening = true;
        container.execute(() -> {
            try {
                if (!isFinished()) {
                    chosen.onDataAvailable();
                }
            } catch (IOException | RuntimeException e) {
                chosen.onError(e);
                return;
            }
            toldOfEnd = chosen;
            afterReading();
        });
    }

    /** A listener that left something unread is told of the end when it has come back for it. */
    private void afterReading() {
        ReadListener told = toldOfEnd;
        if (told == null || !isFinished()) {
            return;
        }
        toldOfEnd = null;
        container.execute(() -> {
            try {
                told.onAllDataRead();
            } catch (IOException | RuntimeException e) {
                told.onError(e);
            }
        });
    }
}
