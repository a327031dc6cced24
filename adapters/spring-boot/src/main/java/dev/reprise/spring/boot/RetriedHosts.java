package dev.reprise.spring.boot;

import dev.reprise.client.spring.RetryInterceptor;
import java.io.IOException;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/** Retries requests to hosts whose services know keys. Thread-safe. */
record RetriedHosts(RetryInterceptor retries, KnownHosts hosts) implements ClientHttpRequestInterceptor {
    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        return hosts.areAskedBy(request.getURI())
                ? retries.intercept(request, body, execution)
                : execution.execute(request, body);
    }
}
