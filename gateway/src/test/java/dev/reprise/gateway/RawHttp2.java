package dev.reprise.gateway;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A connection of HTTP/2 with prior knowledge that sends exactly the frames it is told to. Not thread-safe. */
final class RawHttp2 implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;

    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int INITIAL_WINDOW_SIZE = 4;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private int nextStream = 1;

    /** A frame as it came. */
    record Frame(int type, int flags, int stream, ByteBuffer payload) {
        /** The error of a frame that ends a connection. */
        int error() {
            return payload.getInt(4);
        }
    }

    /**
     * Connects.
     *
     * @param window how many bytes the other side may send on each stream before it is asked for more
     */
    RawHttp2(int port, int window) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        frame(
                SETTINGS,
                0,
                0,
                ByteBuffer.allocate(6)
                        .putShort((short) INITIAL_WINDOW_SIZE)
                        .putInt(window)
                        .array());
    }

    void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload);
        out.write(frame.array());
    }

    /** Sends the head of a request, and says so if it is all of it; returns the number of its stream. */
    int request(String method, String path, Map<String, String> fields, boolean whole) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        field(block, ":method", method);
        field(block, ":scheme", "http");
        field(block, ":authority", "x");
        field(block, ":path", path);
        for (Map.Entry<String, String> field : fields.entrySet()) {
            field(block, field.getKey(), field.getValue());
        }
        int stream = nextStream;
        nextStream += 2;
        frame(HEADERS, END_HEADERS | (whole ? END_STREAM : 0), stream, block.toByteArray());
        return stream;
    }

    /** A literal without indexing or Huffman coding (RFC 7541, section 6.2.2). */
    private static void field(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        for (String text : new String[] {name, value}) {
            block.write(text.length());
            block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /** The next frame of a type; others are skipped. */
    Frame read(int type) throws IOException {
        while (true) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            byte[] payload = new byte[length];
            Frame frame =
                    new Frame(in.readUnsignedByte(), in.readUnsignedByte(), in.readInt(), ByteBuffer.wrap(payload));
            in.readFully(payload);
            if (frame.type() == type) {
                return frame;
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
