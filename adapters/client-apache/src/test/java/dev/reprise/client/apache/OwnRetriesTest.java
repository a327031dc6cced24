package dev.reprise.client.apache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reprise.client.Certainty;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
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
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Future<Boolean> seen = CompletableFuture.supplyAsync(() -> refuseAndDie(server));
        HttpPost request = new HttpPost("http://127.0.0.1:" + server.getLocalPort() + "/charges");
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

        assertThat(seen).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
        assertThat(RetryReport.of(failure))
                .hasValueSatisfying(report -> assertThat(report.certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED));
    }

    /** Nobody listens any more before the answer is there. */
    private static boolean refuseAndDie(ServerSocket server) {
        try (Socket connection = server.accept()) {
            StringBuilder read = new StringBuilder();
            while (read.indexOf("amount=1000") < 0) {
                read.append((char) connection.getInputStream().read());
            }
            server.close();
            String answer = "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
            connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
