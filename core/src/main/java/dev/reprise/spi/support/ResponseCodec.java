package dev.reprise.spi.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A response as bytes, for stores that keep it in one piece: the format, then status, fields, trailers, whether the body was left
 * out, and the body. A format, once released, is read for ever; a change of layout gets a new number.
 */
public final class ResponseCodec {
    private static final int FORMAT = 1;

    private ResponseCodec() {}

    /** The response as bytes. */
    public static byte[] encode(Response response) {
        ByteArrayOutputStream bytes =
                new ByteArrayOutputStream(256 + response.body().length());
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeShort(response.status());
            write(out, response.headers());
            write(out, response.trailers());
            out.writeBoolean(response.body().isOmitted());
            out.writeInt(response.body().length());
            out.write(response.body().bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, Headers headers) throws IOException {
        List<String> texts = new ArrayList<>();
        headers.forEach((name, value) -> texts.addAll(List.of(name, value)));
        out.writeInt(texts.size());
        for (String text : texts) {
            byte[] bytes = text.getBytes(UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }

    /**
     * The response that the bytes stand for.
     *
     * @throws IllegalArgumentException if they stand for none, or were written by a newer release
     */
    public static Response decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int format = in.readByte();
            if (format != FORMAT) {
                throw new IllegalArgumentException("A response in the unknown format " + format);
            }
            int status = in.readUnsignedShort();
            Headers headers = readHeaders(in);
            Headers trailers = readHeaders(in);
            boolean omitted = in.readBoolean();
            byte[] body = exactly(in, in.readInt());
            return new Response(status, headers, omitted ? Body.OMITTED : Body.of(body), trailers);
        } catch (IOException e) {
            throw new IllegalArgumentException("The bytes of a response are damaged", e);
        }
    }

    private static Headers readHeaders(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count % 2 != 0) {
            throw new IOException(count + " names and values");
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(new String(exactly(in, in.readInt()), UTF_8));
        }
        return Headers.of(texts.toArray(new String[0]));
    }

    /** A wrong length costs no more memory than there are bytes. */
    private static byte[] exactly(DataInputStream in, int length) throws IOException {
        if (length < 0 || length > in.available()) {
            throw new IOException(length + " bytes where " + in.available() + " are left");
        }
        return in.readNBytes(length);
    }
}
