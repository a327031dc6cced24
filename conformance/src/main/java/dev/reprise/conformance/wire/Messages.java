package dev.reprise.conformance.wire;

import dev.reprise.conformance.Field;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.net.URIAuthority;
import org.jspecify.annotations.Nullable;

/** Requests and responses in the library's terms. */
final class Messages {
    private Messages() {}

    static void write(DefaultBHttpClientConnection http, WireRequest request, int bytesOfBody)
            throws IOException, HttpException {
        String query = request.uri().getRawQuery();
        String path = request.uri().getRawPath();
        BasicClassicHttpRequest message = new BasicClassicHttpRequest(
                request.method(), (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query));
        message.addHeader(
                "Host", new URIAuthority(request.uri().getHost(), request.uri().getPort()).toString());
        request.fields().forEach(field -> message.addHeader(field.name(), field.value()));
        message.addHeader("Connection", "close");
        String body = request.body();
        if (body != null) {
            message.addHeader("Content-Length", body.length());
            // Announces the whole body, even if only its beginning is sent.
            byte[] bytes = body.substring(0, bytesOfBody).getBytes(StandardCharsets.ISO_8859_1);
            message.setEntity(new InputStreamEntity(new ByteArrayInputStream(bytes), body.length(), null));
        }
        http.sendRequestHeader(message);
        if (body != null) {
            http.sendRequestEntity(message);
        }
    }

    static WireResponse read(
            DefaultBHttpClientConnection http, WireRequest request, int limit, Supplier<Duration> clock)
            throws IOException, HttpException {
        ClassicHttpResponse message = http.receiveResponseHeader();
        while (message.getCode() < 200) {
            message = http.receiveResponseHeader();
        }
        String body = "";
        if (!request.method().equals("HEAD") && message.getCode() != 204 && message.getCode() != 304) {
            http.receiveResponseEntity(message);
            body = read(message.getEntity(), limit);
        }
        List<Field> fields = Stream.of(message.getHeaders())
                .map(header -> new Field(header.getName(), header.getValue() == null ? "" : header.getValue()))
                .toList();
        return new WireResponse(message.getCode(), fields, body, clock.get());
    }

    private static String read(@Nullable HttpEntity entity, int limit) throws IOException {
        if (entity == null) {
            return "";
        }
        // Not closed: that would read the rest, however long it is. The connection is closed instead.
        InputStream content = entity.getContent();
        byte[] bytes = content.readNBytes(limit + 1);
        if (bytes.length > limit) {
            throw new TooLongException(limit);
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
