package dev.reprise.servlet;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.Charset;

/** Characters of a response, which are bytes of it at once and not only when somebody flushes them. */
final class CapturedWriter extends Writer {
    private final OutputStream output;
    private final Writer encoder;

    CapturedWriter(CapturedOutput output, Charset charset) {
        this.output = output;
        this.encoder = new OutputStreamWriter(new Unflushed(output), charset);
    }

    @Override
    public void write(char[] characters, int from, int length) throws IOException {
        encoder.write(characters, from, length);
        encoder.flush();
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
        encoder.write(text, from, length);
        encoder.flush();
    }

    @Override
    public void flush() throws IOException {
        output.flush();
    }

    @Override
    public void close() throws IOException {
        encoder.close();
        output.close();
    }

    /** Takes the bytes: that the encoder has handed them over does not mean that they are to go out. */
    private static final class Unflushed extends FilterOutputStream {
        private Unflushed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
