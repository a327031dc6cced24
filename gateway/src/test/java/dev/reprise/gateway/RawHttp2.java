package dev.reprise.gateway;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A connection of HTTP/2 with prior knowledge that sends exactly the frames and fields that it is told to, be they allowed
 * or not. Not thread-safe.
 */
final class RawHttp2 implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;
    private static final int ACK = 1;
    private static final int WITH_PRIORITY = 32;
    private static final int PRIORITY_LENGTH = 5;
    private static final int INITIAL_WINDOW_SIZE = 4;
    static final int USUAL_WINDOW = 65_535;

    private final Closeable connection;
    private final DataInputStream in;
    private final OutputStream out;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private int nextStream;

    /** A field of a head. */
    record Field(String name, String value) {}

    /** A frame as it came. */
    record Frame(int type, int flags, int stream, ByteBuffer payload) {
        /** The error of a frame that ends a connection or a stream. */
        int error() {
            return payload.getInt(type == GOAWAY ? 4 : 0);
        }
    }

    /**
     * What came back on a stream.
     *
     * @param status the status; 0 if none came
     * @param body the content so far
     * @param error the error that ended the stream or the connection; null if the answer is whole
     */
    record Answer(int status, String body, @Nullable Integer error) {}

    /** Connects, with the usual window. */
    RawHttp2(int port) throws IOException {
        this(port, USUAL_WINDOW);
    }

    /**
     * Connects.
     *
     * @param window how many bytes the other side may send on each stream before it is asked for more
     */
    RawHttp2(int port, int window) throws IOException {
        this(connected(port), window);
    }

    private RawHttp2(Socket socket, int window) throws IOException {
        this(socket, socket.getInputStream(), socket.getOutputStream(), window, 1);
    }

    /** Goes on with a connection that somebody else has begun, and closes. */
    RawHttp2(InputStream in, OutputStream out, int firstStream) throws IOException {
        this(() -> {}, in, out, USUAL_WINDOW, firstStream);
    }

    private RawHttp2(Closeable connection, InputStream in, OutputStream out, int window, int firstStream)
            throws IOException {
        this.connection = connection;
        this.in = new DataInputStream(in);
        this.out = out;
        this.nextStream = firstStream;
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

    private static Socket connected(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        return socket;
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

    /** The usual head of a request, with further fields. */
    static List<Field> head(String method, String path, Field... further) {
        return Stream.concat(
                        Stream.of(
                                new Field(":method", method),
                                new Field(":scheme", "http"),
                                new Field(":path", path),
                                new Field(":authority", "x")),
                        Stream.of(further))
                .toList();
    }

    /** Sends the head of a request, and says so if it is all of it; returns the number of its stream. */
    int request(String method, String path, Map<String, String> fields, boolean whole) throws IOException {
        return begin(
                head(
                        method,
                        path,
                        fields.entrySet().stream()
                                .map(field -> new Field(field.getKey(), field.getValue()))
                                .toArray(Field[]::new)),
                whole);
    }

    /** Sends a head, and says so if it is all of the request; returns the number of its stream. */
    int begin(List<Field> head, boolean whole) throws IOException {
        int stream = nextStream;
        nextStream += 2;
        frame(HEADERS, END_HEADERS | (whole ? END_STREAM : 0), stream, encoded(head));
        return stream;
    }

    /** Sends a head, and a body where there is one, and returns what comes back. */
    Answer exchange(List<Field> head, @Nullable String body) throws IOException {
        int stream = begin(head, body == null);
        if (body != null) {
            frame(DATA, END_STREAM, stream, body.getBytes(StandardCharsets.ISO_8859_1));
        }
        return answer(stream);
    }

    /** Literals without indexing or Huffman coding (RFC 7541, section 6.2.2). */
    static byte[] encoded(List<Field> fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (Field field : fields) {
            block.write(0);
            literal(field.name(), block);
            literal(field.value(), block);
        }
        return block.toByteArray();
    }

    private static void literal(String text, ByteArrayOutputStream block) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < 127) {
            block.write(bytes.length);
        } else {
            int rest = bytes.length - 127;
            block.write(127);
            for (; rest >= 128; rest >>>= 7) {
                block.write((rest & 127) | 128);
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    /** What comes back on a stream until it or the connection ends; what comes on others is lost. */
    Answer answer(int stream) throws IOException {
        int status = 0;
        StringBuilder body = new StringBuilder();
        while (true) {
            Frame frame = read();
            if (frame.type() == GOAWAY || (frame.stream() == stream && frame.type() == RST_STREAM)) {
                return new Answer(status, body.toString(), frame.error());
            }
            if (frame.stream() != stream) {
                continue;
            }
            if (frame.type() == HEADERS && status < 200) {
                status = status(frame);
            } else if (frame.type() == DATA) {
                body.append(StandardCharsets.UTF_8.decode(frame.payload()));
            }
            if ((frame.flags() & END_STREAM) != 0) {
                return new Answer(status, body.toString(), null);
            }
        }
    }

    /** The next status that comes on a stream, be it the final one or not. */
    int status(int stream) throws IOException {
        Frame frame = read();
        while (frame.stream() != stream || frame.type() != HEADERS) {
            if (frame.type() == GOAWAY || (frame.stream() == stream && frame.type() == RST_STREAM)) {
                throw new AssertionError("It ended with the error " + frame.error());
            }
            frame = read();
        }
        return status(frame);
    }

    private int status(Frame frame) throws IOException {
        int from = (frame.flags() & WITH_PRIORITY) == 0 ? 0 : PRIORITY_LENGTH;
        try {
            Http2Headers fields = decoder.decodeHeaders(
                    frame.stream(), Unpooled.wrappedBuffer(frame.payload().position(from)));
            return fields.status() == null
                    ? 0
                    : Integer.parseInt(fields.status().toString());
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
    }

    /** The next frame of a type; others are skipped. */
    Frame read(int type) throws IOException {
        Frame frame = read();
        while (frame.type() != type) {
            frame = read();
        }
        return frame;
    }

    private Frame read() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        byte[] payload = new byte[length];
        Frame frame = new Frame(in.readUnsignedByte(), in.readUnsignedByte(), in.readInt(), ByteBuffer.wrap(payload));
        in.readFully(payload);
        if (frame.type() == SETTINGS && (frame.flags() & ACK) == 0) {
            frame(SETTINGS, ACK, 0, new byte[0]);
        }
        return frame;
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
