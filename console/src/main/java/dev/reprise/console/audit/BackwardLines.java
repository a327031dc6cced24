package dev.reprise.console.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads a file of lines from a place towards its beginning. Not thread-safe. */
final class BackwardLines {
    private static final int CHUNK = 64 << 10;

    private final FileChannel channel;
    private long start;
    private byte[] held = new byte[0];
    private int length;
    private long read;

    /** Reads what is before the place. */
    BackwardLines(FileChannel channel, long end) {
        this.channel = channel;
        this.start = end;
    }

    /**
     * A line.
     *
     * @param start where it begins
     * @param text what it says
     */
    record Line(long start, String text) {}

    /** How many bytes were read. */
    long read() {
        return read;
    }

    /** The line before; null if there is none. */
    @Nullable
    Line previous() throws IOException {
        if (length > 0 && held[length - 1] == '\n') {
            length--;
        }
        while (true) {
            for (int i = length - 1; i >= 0; i--) {
                if (held[i] == '\n') {
                    return take(i + 1);
                }
            }
            if (start == 0) {
                return length == 0 ? null : take(0);
            }
            load();
        }
    }

    private Line take(int from) {
        Line line = new Line(start + from, new String(held, from, length - from, StandardCharsets.UTF_8));
        length = from;
        return line;
    }

    private void load() throws IOException {
        int more = (int) Math.min(CHUNK, start);
        byte[] longer = new byte[more + length];
        System.arraycopy(held, 0, longer, more, length);
        ByteBuffer buffer = ByteBuffer.wrap(longer, 0, more);
        while (buffer.hasRemaining() && channel.read(buffer, start - more + buffer.position()) >= 0) {
            // On to the rest.
        }
        boolean first = length == 0;
        start -= more;
        read += more;
        held = longer;
        length = longer.length;
        if (first && length > 0 && held[length - 1] == '\n') {
            length--;
        }
    }
}
