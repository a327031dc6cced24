package dev.reprise.gateway.proxy;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects a body that has to be held as a whole. What it counts is what it holds: small pieces, or one array where the
 * length is known, into which everything is copied once. Used by one thread at a time.
 */
final class HeldBody {
    private static final int PIECE = 16 << 10;
    private static final int SMALLEST = 512;

    private final MemoryShare share;
    private final int limit;
    private final long declared;
    private final List<byte[]> full = new ArrayList<>(1);
    private byte[] last = new byte[0];
    private int used;
    private int length;

    /** What became of a piece. */
    enum Added {
        HELD,
        TOO_LONG,
        NO_ROOM
    }

    /**
     * A body of which nothing has come.
     *
     * @param limit the longest to hold, in bytes
     * @param declared the length that was announced; negative if none was
     */
    HeldBody(MemoryShare share, int limit, long declared) {
        this.share = share;
        this.limit = limit;
        this.declared = declared;
    }

    /** Adds a piece, of which nothing is held if there is no room for all of it. */
    Added add(Buffer piece) {
        if (length + (long) piece.length() > limit) {
            return Added.TOO_LONG;
        }
        int from = Math.min(last.length - used, piece.length());
        byte[] next = new byte[0];
        if (from < piece.length()) {
            int size = nextSize(piece.length() - from);
            if (!share.takeArray(size)) {
                return Added.NO_ROOM;
            }
            next = new byte[size];
        }
        piece.getBytes(0, from, last, used);
        used += from;
        length += from;
        if (next.length > 0) {
            turnTo(next);
            piece.getBytes(from, piece.length(), last, used);
            used += piece.length() - from;
            length += piece.length() - from;
        }
        return Added.HELD;
    }

    private int nextSize(int atLeast) {
        boolean known = declared >= 0 && declared <= limit;
        if (known && (declared <= PIECE || length >= PIECE)) {
            return Math.max((int) declared, length + atLeast);
        }
        return Math.max(atLeast, Math.min(PIECE, Math.max(SMALLEST, length)));
    }

    private void turnTo(byte[] next) {
        boolean whole = declared >= 0 && next.length >= declared && length > 0;
        if (whole) {
            // The only array from now on, with what has come in front.
            int copied = copyInto(next);
            last = next;
            used = copied;
        } else {
            if (used > 0) {
                full.add(last);
            }
            last = next;
            used = 0;
        }
    }

    private int copyInto(byte[] whole) {
        int at = 0;
        for (int i = 0; i < full.size(); i++) {
            byte[] piece = full.get(i);
            System.arraycopy(piece, 0, whole, at, piece.length);
            at += piece.length;
            share.releaseArray(piece.length);
        }
        full.clear();
        System.arraycopy(last, 0, whole, at, used);
        if (last.length > 0) {
            share.releaseArray(last.length);
        }
        return at + used;
    }

    int length() {
        return length;
    }

    /** Everything in one array, which is counted; null if there is no room for it. */
    byte @Nullable [] whole() {
        if (full.isEmpty() && last.length == length) {
            return last;
        }
        if (!share.takeArray(length)) {
            return null;
        }
        byte[] whole = new byte[length];
        used = copyInto(whole);
        last = whole;
        return whole;
    }

    /** What has come, without a copy. */
    List<Buffer> pieces() {
        List<Buffer> pieces = new ArrayList<>();
        full.forEach(piece -> pieces.add(slice(piece, 0, piece.length)));
        if (used > 0) {
            pieces.add(slice(last, 0, used));
        }
        return pieces;
    }

    /** A part of an array, which is not copied. */
    static Buffer slice(byte[] bytes, int from, int length) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes, from, length));
    }
}
