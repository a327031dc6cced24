package dev.reprise.client.spring;

import dev.reprise.client.Retries;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;

/** A response whose body says how its call went if it breaks off (C8). */
final class ReportedResponse implements ClientHttpResponse {
    private final Retries.Sent<ClientHttpResponse> sent;

    ReportedResponse(Retries.Sent<ClientHttpResponse> sent) {
        this.sent = sent;
    }

    @Override
    public HttpStatusCode getStatusCode() throws IOException {
        return sent.answer().getStatusCode();
    }

    @Override
    public String getStatusText() throws IOException {
        return sent.answer().getStatusText();
    }

    @Override
    public HttpHeaders getHeaders() {
        return sent.answer().getHeaders();
    }

    @Override
    public InputStream getBody() throws IOException {
        return sent.body(sent.answer().getBody());
    }

    @Override
    public void close() {
        sent.answer().close();
    }
}
