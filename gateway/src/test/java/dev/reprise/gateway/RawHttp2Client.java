package dev.reprise.gateway;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 client that sends exactly the frames and fields it is told to, with prior knowledge, over one connection to
 * loopback. Not thread-safe.
 */
final class RawHttp2Client implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;
    private static final int ACK = 1;
    private static final int PRIORITY = 32;
    private static final int PRIORITY_LENGTH = 5;

    private final Closeable connection;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private int nextStream;

    /** A field of a head, be it one or not. */
    record Field(String name, String value) {}

    /**
     * What came back on a stream.
     *
     * @param status the status; 0 if none came
     * @param body the content so far
     * @param reset the code of the error that ended the stream or the connection; null if the answer is whole
     */
    record Answer(int status, String body, @Nullable Long reset) {}

    /** Connects; reads then wait for at most 30 seconds. */
    RawHttp2Client(int port) throws IOException {
        this(connected(port));
    }

    private RawHttp2Client(Socket socket) throws IOException {
        this(socket, socket.getInputStream(), socket.getOutputStream(), 1);
    }

    /** Goes on with a connection that somebody else has begun, and closes. */
    RawHttp2Client(InputStream in, OutputStream out, int firstStream) throws IOException {
        this(() -> {}, in, out, firstStream);
    }

    private RawHttp2Client(Closeable connection, InputStream in, OutputStream out, int firstStream) throws IOException {
        this.connection = connection;
        this.in = new DataInputStream(in);
        this.out = new DataOutputStream(out);
        this.nextStream = firstStream;
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        send(SETTINGS, 0, 0, new byte[0]);
    }

    private static Socket connected(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        return socket;
    }

    /** The usual head of a request with further fields. */
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

    /** Sends a head, and a body where there is one, on a stream of its own, and returns what comes back. */
    Answer exchange(List<Field> head, @Nullable String body) throws IOException {
        return answer(request(head, body));
    }

    /** Sends a head, and a body where there is one; returns the stream. */
    int request(List<Field> head, @Nullable String body) throws IOException {
        int stream = begin(head, body == null);
        if (body != null) {
            send(DATA, END_STREAM, stream, body.getBytes(StandardCharsets.ISO_8859_1));
        }
        return stream;
    }

    /** Sends a head; returns the stream. */
    int begin(List<Field> head, boolean end) throws IOException {
        int stream = nextStream;
        nextStream += 2;
        send(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, encoded(head));
        return stream;
    }

    /** The fields, each as a literal that is not indexed (RFC 7541, section 6.2.2). */
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
        int rest = bytes.length - 127;
        block.write(rest < 0 ? bytes.length : 127);
        for (; rest >= 128; rest >>>= 7) {
            block.write(rest & 127 | 128);
        }
        if (bytes.length >= 127) {
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    /** Sends one frame. */
    void send(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        DataOutputStream to = new DataOutputStream(frame);
        to.writeInt(payload.length << 8 | type);
        to.writeByte(flags);
        to.writeInt(stream);
        to.write(payload);
        out.write(frame.toByteArray());
        out.flush();
    }

    /** What comes back on a stream until it or the connection ends; what comes on others is lost. */
    Answer answer(int stream) throws IOException {
        int status = 0;
        StringBuilder body = new StringBuilder();
        while (true) {
            Frame frame = read();
            if (frame.type() == GOAWAY) {
                return new Answer(status, body.toString(), frame.code());
            }
            if (frame.stream() != stream) {
                continue;
            }
            if (frame.type() == RST_STREAM) {
                return new Answer(status, body.toString(), frame.code());
            }
            if (frame.type() == HEADERS && status < 200) {
                status = frame.status();
            } else if (frame.type() == DATA) {
                body.append(new String(frame.payload(), StandardCharsets.UTF_8));
            }
            if ((frame.flags() & END_STREAM) != 0) {
                return new Answer(status, body.toString(), null);
            }
        }
    }

    /** The first status that comes back on a stream, be it the final one or not. */
    int interim(int stream) throws IOException {
        while (true) {
            Frame frame = read();
            if (frame.stream() == stream && frame.type() == HEADERS) {
                return frame.status();
            }
            if (frame.type() == GOAWAY || (frame.stream() == stream && frame.type() == RST_STREAM)) {
                throw new AssertionError("The stream ended with the code " + frame.code());
            }
        }
    }

    /**
     * A frame.
     *
     * @param status the status in its fields; 0 if there is none
     */
    private record Frame(int type, int flags, int stream, byte[] payload, int status) {
        /** Of the error in a frame that ends something. */
        private long code() {
            return Unpooled.wrappedBuffer(payload).getUnsignedInt(type == GOAWAY ? 4 : 0);
        }
    }

    /** The next frame; a GOAWAY without an error when the connection has ended. Settings are acknowledged. */
    private Frame read() throws IOException {
        int head = in.read();
        if (head < 0) {
            return new Frame(GOAWAY, 0, 0, new byte[8], 0);
        }
        int length = head << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(length);
        if (type == SETTINGS && (flags & ACK) == 0) {
            send(SETTINGS, ACK, 0, new byte[0]);
        }
        int status = 0;
        if (type == HEADERS) {
            Http2Headers fields = decoded(stream, (flags & PRIORITY) == 0 ? 0 : PRIORITY_LENGTH, payload);
            status = fields.status() == null
                    ? 0
                    : Integer.parseInt(fields.status().toString());
        }
        return new Frame(type, flags, stream, payload, status);
    }

    private Http2Headers decoded(int stream, int from, byte[] payload) throws IOException {
        try {
            return decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(payload, from, payload.length - from));
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
