package dev.reprise.client.apache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import dev.reprise.client.Certainty;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryReport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.Test;

/** The client's own retries are on, although they should not be: it tells of the last of them alone. */
class OwnRetriesTest {
    /** The server reads it, answers 503, and dies; the client asks again, and is refused. */
    @Test
    void a_refusal_after_the_server_has_seen_the_request_does_not_make_it_certain_that_nothing_happened_C8()
            throws Exception {
        AtomicInteger seen = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            seen.incrementAndGet();
            exchange.getResponseHeaders().set("Retry-After", "1");
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
            Thread.ofVirtual().start(() -> server.stop(0));
        });
        server.start();
        HttpPost request =
                new HttpPost("http://127.0.0.1:" + server.getAddress().getPort() + "/charges");
        request.setEntity(new StringEntity("amount=1000"));
        RetryExecChain retries = new RetryExecChain(Retries.builder()
                .timer(delay -> CompletableFuture.completedFuture(null))
                .build());

        Throwable failure;
        try (CloseableHttpClient client =
                HttpClients.custom().addExecInterceptorFirst("retries", retries).build()) {
            failure = catchThrowable(
                    () -> client.execute(request, response -> EntityUtils.toString(response.getEntity())));
        }

        assertThat(seen).hasValue(1);
        assertThat(RetryReport.of(failure))
                .hasValueSatisfying(report -> assertThat(report.certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED));
    }
}
