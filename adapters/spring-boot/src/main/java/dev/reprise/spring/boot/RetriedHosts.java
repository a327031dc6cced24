package dev.reprise.spring.boot;

import dev.reprise.client.spring.RetryInterceptor;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/** Retries requests to hosts whose services know keys; the others would execute twice what is sent twice. Thread-safe. */
final class RetriedHosts implements ClientHttpRequestInterceptor {
    private static final String ALL = "*";

    private final RetryInterceptor retries;
    private final Set<String> hosts;

    RetriedHosts(RetryInterceptor retries, Set<String> hosts) {
        this.retries = retries;
        this.hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        return isOf(request.getURI().getHost())
                ? retries.intercept(request, body, execution)
                : execution.execute(request, body);
    }

    private boolean isOf(@Nullable String host) {
        return hosts.contains(ALL) || (host != null && hosts.contains(host.toLowerCase(Locale.ROOT)));
    }
}
