package dev.reprise.resumable;

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

/** Status, fields, body and trailers, one after the other. */
final class ResponseCodec implements Codec<Response> {
    private static final int FORMAT = 1;

    @Override
    public byte[] encode(Response response) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
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

    @Override
    public Response decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int format = in.readByte();
            if (format != FORMAT) {
                throw new IllegalArgumentException("A response in the unknown format " + format);
            }
            int status = in.readUnsignedShort();
            Headers headers = readHeaders(in);
            Headers trailers = readHeaders(in);
            boolean omitted = in.readBoolean();
            byte[] body = in.readNBytes(in.readInt());
            return new Response(status, headers, omitted ? Body.OMITTED : Body.of(body), trailers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Headers readHeaders(DataInputStream in) throws IOException {
        String[] texts = new String[in.readInt()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = new String(in.readNBytes(in.readInt()), UTF_8);
        }
        return Headers.of(texts);
    }
}
