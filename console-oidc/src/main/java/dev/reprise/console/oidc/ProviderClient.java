package dev.reprise.console.oidc;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the provider: within a time for all of the answer, for an answer of a bounded length, and never where it sends us instead. What the
 * library has for this bounds each read alone. Thread-safe.
 */
final class ProviderClient implements ResourceRetriever, AutoCloseable {
    /** How long an answer may be, in bytes: keys and metadata of large providers have some ten thousand. */
    static final int LONGEST_ANSWER = 256 << 10;

    private final Duration patience;
    private final HttpClient client;

    /** @param patience how long an answer may take from the first byte that is sent to the last that comes back */
    ProviderClient(Duration patience) {
        this.patience = patience;
        this.client = HttpClient.newBuilder()
                .version(Version.HTTP_1_1)
                .followRedirects(Redirect.NEVER)
                .connectTimeout(patience)
                .build();
    }

    /** The text at an address. */
    String text(URI address) throws IOException {
        HttpResponse<String> response = send(HttpRequest.newBuilder(address)
                .header("Accept", "application/json")
                .build());
        if (response.statusCode() != 200) {
            throw new IOException("it answers with status " + response.statusCode());
        }
        return response.body();
    }

    @Override
    public Resource retrieveResource(URL address) throws IOException {
        return new Resource(text(URI.create(address.toString())), "application/json");
    }

    /** Sends a form as the library has filled it in. */
    HTTPResponse send(HTTPRequest form) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(form.getURI())
                .POST(BodyPublishers.ofString(Objects.requireNonNullElse(form.getBody(), "")));
        form.getHeaderMap().forEach((name, values) -> values.forEach(value -> request.header(name, value)));
        HttpResponse<String> response =
                send(request.header("Accept", "application/json").build());
        HTTPResponse read = new HTTPResponse(response.statusCode());
        response.headers().firstValue("Content-Type").ifPresent(type -> read.setHeader("Content-Type", type));
        read.setBody(response.body());
        return read;
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException {
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request, head -> new BoundedBody(LONGEST_ANSWER));
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("it has not answered within " + patience.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("this process did not wait for it");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
