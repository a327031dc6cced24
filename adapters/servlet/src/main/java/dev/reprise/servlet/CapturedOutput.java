package dev.reprise.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UnsupportedEncodingException;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The body that an application writes: held up to a limit, beyond it sent on. As thread-safe as a container's. */
final class CapturedOutput extends ServletOutputStream {
    private final int limit;
    private final ServletContainer container;
    private final Release release;
    private final Executor listeners;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private State state = State.HOLDING;
    private @Nullable OutputStream through;
    private @Nullable WriteListener listener;
    private long announced = -1;
    private long written;

    /** What becomes of what is written. */
    private enum State {
        /** It is held. */
        HOLDING,
        /** It goes out, and nothing is held. */
        RELEASED,
        /** Nothing more can be written. */
        CLOSED,
        /** Nothing more is taken, and nobody is notified. */
        IGNORING
    }

    /** Says where a body goes that is not held. */
    interface Release {
        /** Called once, when the body turns out to be longer than the limit, or to have no end (S21). */
        OutputStream release() throws IOException;

        /** Called when the application wants everything so far to go out; true if it does. */
        boolean flushed();

        /** What text is written in. */
        Charset charset() throws UnsupportedEncodingException;
    }

    /**
     * An empty body.
     *
     * @param limit how many bytes are held
     * @param listeners runs write listeners
     */
    CapturedOutput(int limit, ServletContainer container, Release release, Executor listeners) {
        this.limit = limit;
        this.container = container;
        this.release = release;
        this.listeners = listeners;
    }

    /** The bytes that are held, as far as they were announced. */
    byte[] bytes() {
        byte[] bytes = held.toByteArray();
        return announced >= 0 && announced < bytes.length ? Arrays.copyOf(bytes, (int) announced) : bytes;
    }

    /** What is wrong with the length. */
    Optional<String> fault() {
        boolean wrong = container == ServletContainer.TOMCAT ? written < announced : written != announced;
        return announced >= 0 && state != State.RELEASED && wrong
                ? Optional.of("The handler announced a body of " + announced + " bytes and wrote " + written)
                : Optional.empty();
    }

    int size() {
        return held.size();
    }

    /** Whether the application can write nothing more. */
    boolean isClosed() {
        return state == State.CLOSED || state == State.IGNORING;
    }

    /** How long the application says the body is, or -1. */
    void announce(long length) {
        announced = length;
    }

    long announced() {
        return announced;
    }

    /** Forgets what is held. */
    void reset() {
        held.reset();
        written = 0;
        state = State.HOLDING;
    }

    /** What is written from now on is ignored, as by a container whose response is complete. */
    void ignore() {
        state = State.IGNORING;
    }

    /** Jetty writes text in the charset of the response; the specification knows of Latin-1 only. */
    @Override
    public void print(@Nullable String text) throws IOException {
        if (container == ServletContainer.JETTY) {
            write(String.valueOf(text).getBytes(release.charset()));
        } else {
            super.print(text);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        switch (state) {
            case IGNORING -> {}
            case CLOSED -> throw new IOException("The response is closed");
            case HOLDING, RELEASED -> append(bytes, from, accepted(length));
        }
    }

    /** How much there is room for in the length that was announced. */
    private int accepted(int length) {
        if (announced < 0 || written + length <= announced) {
            return length;
        }
        if (container == ServletContainer.TOMCAT) {
            return (int) (announced - written);
        }
        throw new IllegalStateException("The body is longer than the " + announced + " bytes that were announced");
    }

    private void append(byte[] bytes, int from, int length) throws IOException {
        if (through == null && length > limit - held.size()) {
            letGo();
        }
        OutputStream out = through == null ? held : through;
        out.write(bytes, from, length);
        written += length;
        if (written == announced) {
            state = State.CLOSED;
        }
    }

    @Override
    public void flush() throws IOException {
        boolean releases = release.flushed();
        if (state == State.HOLDING && releases) {
            letGo();
        }
        if (through != null) {
            through.flush();
        }
    }

    private void letGo() throws IOException {
        OutputStream rest = release.release();
        through = rest;
        state = State.RELEASED;
        held.writeTo(rest);
        held.reset();
    }

    @Override
    public void close() {
        if (state != State.IGNORING) {
            state = State.CLOSED;
        }
    }

    /** Always: a write blocks where a container would make the application wait. */
    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void setWriteListener(WriteListener chosen) {
        if (listener != null) {
            throw new IllegalStateException("There is a write listener already");
        }
        listeners.execute(() -> {
            try {
                chosen.onWritePossible();
            } catch (IOException | RuntimeException e) {
                chosen.onError(e);
            }
        });
        listener = chosen;
    }
}
