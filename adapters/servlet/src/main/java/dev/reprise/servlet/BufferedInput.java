package dev.reprise.servlet;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A request body that is there as a whole, as the stream that an application reads. Not thread-safe. */
final class BufferedInput extends ServletInputStream {
    private final byte[] body;
    private final ServletContainer container;
    private final Executor listeners;
    private int at;
    private @Nullable ReadListener listener;
    private Telling telling = Telling.NOTHING;

    /** The next call of a listener. */
    private enum Telling {
        /** Nothing, yet or any more. */
        NOTHING,
        /** That everything is read, as soon as it is. */
        END
    }

    /**
     * A stream over the body.
     *
     * @param listeners runs read listeners
     */
    BufferedInput(byte[] body, ServletContainer container, Executor listeners) {
        this.body = body;
        this.container = container;
        this.listeners = listeners;
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

    /** Jetty leaves the buffer behind what was read, the specification before it. */
    @Override
    public int read(ByteBuffer buffer) throws IOException {
        if (container == ServletContainer.TOMCAT) {
            return super.read(buffer);
        }
        byte[] read = new byte[buffer.remaining()];
        int count = read(read);
        if (count > 0) {
            buffer.put(read, 0, count);
        }
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
        if (listener != null) {
            throw new IllegalStateException("There is a read listener already");
        }
        listener = chosen;
        try {
            listeners.execute(() -> tell(chosen));
        } catch (IllegalStateException e) {
            listener = null;
            throw e;
        }
    }

    private void tell(ReadListener reader) {
        try {
            if (!isFinished()) {
                reader.onDataAvailable();
            }
        } catch (IOException | RuntimeException e) {
            reader.onError(e);
            return;
        }
        telling = Telling.END;
        afterReading();
    }

    /** A listener that left something unread hears of the end only when it has come back for it. */
    private void afterReading() {
        ReadListener reader = listener;
        if (reader == null || telling == Telling.NOTHING || !isFinished()) {
            return;
        }
        telling = Telling.NOTHING;
        listeners.execute(() -> {
            try {
                reader.onAllDataRead();
            } catch (IOException | RuntimeException e) {
                reader.onError(e);
            }
        });
    }
}
