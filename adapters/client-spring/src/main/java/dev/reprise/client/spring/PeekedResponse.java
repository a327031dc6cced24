package dev.reprise.client.spring;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;

/** A response whose body was read ahead a little; its reader gets those bytes first. */
final class PeekedResponse implements ClientHttpResponse {
    private static final int REASON_BYTES = 16 * 1024;

    private final ClientHttpResponse response;
    private final InputStream body;
    private final String beginning;

    PeekedResponse(ClientHttpResponse response) throws IOException {
        this.response = response;
        this.body = new BufferedInputStream(response.getBody(), REASON_BYTES + 1);
        body.mark(REASON_BYTES);
        this.beginning = new String(body.readNBytes(REASON_BYTES), StandardCharsets.ISO_8859_1);
        body.reset();
    }

    String beginning() {
        return beginning;
    }

    @Override
    public HttpStatusCode getStatusCode() throws IOException {
        return response.getStatusCode();
    }

    @Override
    public String getStatusText() throws IOException {
        return response.getStatusText();
    }

    @Override
    public HttpHeaders getHeaders() {
        return response.getHeaders();
    }

    @Override
    public InputStream getBody() {
        return body;
    }

    @Override
    public void close() {
        response.close();
    }
}
