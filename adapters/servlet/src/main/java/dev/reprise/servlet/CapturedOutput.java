package dev.reprise.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The body that an application writes: held up to a limit, beyond it sent on. As thread-safe as a container's. */
final class CapturedOutput extends ServletOutputStream {
    private final int limit;
    private final Release release;
    private final Executor container;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private @Nullable OutputStream through;
    private boolean listening;
    private boolean closed;

    /** Says where a body goes that is not held. */
    interface Release {
        /** Called once, when the body turns out to be longer than the limit, or to have no end (S21). */
        OutputStream release() throws IOException;

        /** Called when the application wants everything so far to go out. */
        boolean flushReleases();
    }

    /**
     * An empty body.
     *
     * @param limit how many bytes are held
     * @param container runs listeners
     */
    CapturedOutput(int limit, Release release, Executor container) {
        this.limit = limit;
        this.release = release;
        this.container = container;
    }

    /** The bytes that are held. */
    byte[] bytes() {
        return held.toByteArray();
    }

    int size() {
        return held.size();
    }

    boolean isReleased() {
        return through != null;
    }

    /** Forgets what is held. */
    void reset() {
        held.reset();
        closed = false;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        if (closed) {
            return;
        }
        if (through == null && length > limit - held.size()) {
            letGo();
        }
        OutputStream out = through == null ? held : through;
        out.write(bytes, from, length);
    }

    @Override
    public void flush() throws IOException {
        boolean releases = release.flushReleases();
        if (through == null && releases && !closed) {
            letGo();
        }
        if (through != null) {
            through.flush();
        }
    }

    private void letGo() throws IOException {
        OutputStream rest = release.release();
        through = rest;
        held.writeTo(rest);
        held.reset();
    }

    /** What is written from now on is ignored, as by a container whose response is complete. */
    @Override
    public void close() {
        closed = true;
    }

    /** Always: a write blocks where a container would make the application wait. */
    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
        if (listening) {
            throw new IllegalStateException("There is a write listener already");
        }
        listening = true;
        container.execute(() -> {
            try {
                listener.onWritePossible();
            } catch (IOException | RuntimeException e) {
                listener.onError(e);
            }
        });
    }
}
