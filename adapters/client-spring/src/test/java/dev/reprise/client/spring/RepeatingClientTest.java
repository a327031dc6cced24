package dev.reprise.client.spring;

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
import org.junit.jupiter.api.Test;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.http.client.reactive.HttpComponentsClientHttpConnector;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/** A client below that repeats requests by itself tells of the last time alone. */
class RepeatingClientTest {
    /** The server reads it, answers 503, and dies; Apache's client asks again, and is refused. */
    @Test
    void that_is_refused_after_the_server_has_seen_the_request_does_not_make_it_certain_that_nothing_happened_C8()
            throws Exception {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Future<Boolean> seen = CompletableFuture.supplyAsync(() -> refuseAndDie(server));
        RestClient client = RestClient.builder()
                .requestFactory(new HttpComponentsClientHttpRequestFactory())
                .requestInterceptor(new RetryInterceptor(Retries.builder()
                        .timer(delay -> CompletableFuture.completedFuture(null))
                        .build()))
                .build();

        Throwable failure = catchThrowable(() -> client.post()
                .uri("http://127.0.0.1:" + server.getLocalPort() + "/charges")
                .body("amount=1000")
                .retrieve()
                .body(String.class));

        assertThat(seen).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
        assertThat(RetryReport.of(failure))
                .hasValueSatisfying(report -> assertThat(report.certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED));
    }

    /** Nobody listens any more before the answer is there. */
    private static boolean refuseAndDie(ServerSocket server) {
        try (Socket connection = server.accept()) {
            readRequest(connection);
            server.close();
            String answer = "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
            connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same, in the form that does not block. */
    @Test
    void that_is_refused_after_the_server_has_seen_the_request_of_a_WebClient_says_no_more_C8() throws Exception {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Future<Boolean> seen = CompletableFuture.supplyAsync(() -> refuseAndDie(server));
        WebClient client = WebClient.builder()
                .clientConnector(new HttpComponentsClientHttpConnector())
                .filter(new RetryFilter(Retries.builder()
                        .timer(delay -> CompletableFuture.completedFuture(null))
                        .build()))
                .build();

        Throwable failure = catchThrowable(() -> client.post()
                .uri("http://127.0.0.1:" + server.getLocalPort() + "/charges")
                .bodyValue("amount=1000")
                .retrieve()
                .bodyToMono(String.class)
                .block());

        assertThat(seen).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
        assertThat(RetryReport.of(failure))
                .hasValueSatisfying(report -> assertThat(report.certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED));
    }

    private static void readRequest(Socket connection) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf("amount=1000") < 0) {
            read.append((char) connection.getInputStream().read());
        }
    }
}
