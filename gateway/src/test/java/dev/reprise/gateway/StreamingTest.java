package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.testkit.RawClient;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies of requests that are not protected go through as they come, and no faster than they are taken. */
class StreamingTest {
    private static final int LARGE = 64 << 20;
    /** Far more than the buffers of four sockets and two queues, far less than a body. */
    private static final int HELD_AT_MOST = 48 << 20;

    @TempDir
    private Path folder;

    private final TestService service = new TestService();

    @AfterEach
    void stop() {
        service.close();
    }

    private GatewayFixture gateway() {
        return new GatewayFixture(folder, service);
    }

    private GatewayFixture gateway(int port) {
        return new GatewayFixture(folder, "upstream: http://127.0.0.1:" + port + "\n");
    }

    @Test
    void a_large_response_waits_for_a_slow_reader_and_arrives_whole() throws Exception {
        AtomicLong sent = new AtomicLong();
        service.behaveAtOnce(request -> pour(request.response().setChunked(true), sent));
        try (GatewayFixture gateway = gateway()) {
            HttpResponse<InputStream> response =
                    gateway.client().send(gateway.request("/a").build(), BodyHandlers.ofInputStream());
            awaitStandstill(sent);

            assertThat(sent.get()).isLessThan(HELD_AT_MOST);
            try (InputStream body = response.body()) {
                assertThat(count(body)).isEqualTo(LARGE);
            }
        }
    }

    @Test
    void a_large_request_waits_for_a_slow_service_and_arrives_whole() throws Exception {
        CompletableFuture<HttpServerRequest> arrived = new CompletableFuture<>();
        AtomicLong received = new AtomicLong();
        service.behaveAtOnce(request -> {
            request.pause();
            request.handler(chunk -> received.addAndGet(chunk.length()));
            request.endHandler(end -> request.response().end("done"));
            arrived.complete(request);
        });
        try (GatewayFixture gateway = gateway();
                RawClient client = new RawClient(gateway.port())) {
            AtomicLong sent = new AtomicLong();
            client.send("PUT /a HTTP/1.1\nHost: x\nContent-Length: " + LARGE + "\nConnection: close\n\n");
            Thread writer = Thread.ofVirtual().start(() -> pour(client.output(), sent));
            HttpServerRequest request = arrived.get(30, TimeUnit.SECONDS);
            awaitStandstill(sent);

            assertThat(sent.get()).isLessThan(HELD_AT_MOST);
            request.resume();
            assertThat(client.readToEnd()).endsWith("\r\n\r\ndone");
            assertThat(received.get()).isEqualTo(LARGE);
            writer.join();
        }
    }

    @Test
    void a_large_response_to_a_protected_request_is_not_held_either_S21() throws Exception {
        AtomicLong sent = new AtomicLong();
        service.behaveAtOnce(request -> pour(request.response().setChunked(true), sent));
        try (GatewayFixture gateway = gateway()) {
            HttpResponse<InputStream> response = gateway.client()
                    .send(
                            gateway.request("/a")
                                    .header("Idempotency-Key", "k")
                                    .POST(BodyPublishers.noBody())
                                    .build(),
                            BodyHandlers.ofInputStream());
            awaitStandstill(sent);

            assertThat(sent.get()).isLessThan(HELD_AT_MOST);
            try (InputStream body = response.body()) {
                assertThat(count(body)).isEqualTo(LARGE);
            }
        }
    }

    @Test
    void events_arrive_one_by_one() throws Exception {
        CompletableFuture<HttpServerResponse> stream = new CompletableFuture<>();
        service.behaveAtOnce(request -> {
            HttpServerResponse response = request.response();
            response.setChunked(true).putHeader("Content-Type", "text/event-stream");
            stream.complete(response);
            response.write("data: 1\n\n");
        });
        try (GatewayFixture gateway = gateway();
                BufferedReader events = new BufferedReader(new InputStreamReader(
                        gateway.client()
                                .send(gateway.request("/a").build(), BodyHandlers.ofInputStream())
                                .body(),
                        StandardCharsets.UTF_8))) {
            // Each event is sent only after the one before has arrived.
            for (int i = 1; i <= 3; i++) {
                assertThat(events.readLine()).isEqualTo("data: " + i);
                assertThat(events.readLine()).isEmpty();
                stream.join().write("data: " + (i + 1) + "\n\n");
            }
            stream.join().end();
        }
    }

    @Test
    void chunks_of_a_request_arrive_before_it_ends() throws Exception {
        CompletableFuture<String> first = new CompletableFuture<>();
        service.behaveAtOnce(request -> {
            Buffer body = Buffer.buffer();
            request.handler(chunk -> {
                body.appendBuffer(chunk);
                first.complete(chunk.toString());
            });
            request.endHandler(end -> request.response()
                    .end(body + " " + request.getHeader("Content-Length") + " "
                            + request.getHeader("Transfer-Encoding")));
        });
        try (GatewayFixture gateway = gateway();
                RawClient client = new RawClient(gateway.port())) {
            client.send("POST /a HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\nConnection: close\n\n3\none\n");
            assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("one");
            client.send("3\ntwo\n0\n\n");

            assertThat(client.readToEnd()).endsWith("\r\n\r\nonetwo null chunked");
        }
    }

    @Test
    void a_response_that_comes_before_the_request_has_ended_arrives_at_once() throws Exception {
        try (RawService raw =
                        new RawService("HTTP/1.1 413 Content Too Large\nConnection: close\nContent-Length: 0\n\n");
                GatewayFixture gateway = gateway(raw.port());
                RawClient client = new RawClient(gateway.port())) {
            client.send("PUT /a HTTP/1.1\nHost: x\nContent-Length: 10\n\n12345");
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 413 ");
            client.send("67890GET /b HTTP/1.1\nHost: x\n\n");

            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 413 ");
            assertThat(raw.heads()).hasSize(2);
        }
    }

    @Test
    void a_caller_that_waits_for_100_continue_gets_it() throws Exception {
        try (GatewayFixture gateway = gateway()) {
            for (String key : List.of("", "Idempotency-Key: k\n")) {
                try (RawClient client = new RawClient(gateway.port())) {
                    client.send("POST /a HTTP/1.1\nHost: x\n" + key
                            + "Expect: 100-continue\nContent-Length: 4\nConnection: close\n\n");
                    assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 ");
                    client.send("body");
                    assertThat(client.readToEnd()).startsWith("HTTP/1.1 201 ");
                }
            }
            assertThat(service.received()).hasSize(2).allSatisfy(received -> {
                assertThat(received.body().toString()).isEqualTo("body");
                assertThat(received.header("expect")).isEmpty();
            });
        }
    }

    /** Writes a large body of zeros as fast as the other side takes it, and counts. */
    private static void pour(HttpServerResponse response, AtomicLong sent) {
        byte[] chunk = new byte[64 << 10];
        while (sent.get() < LARGE) {
            if (response.writeQueueFull()) {
                response.drainHandler(drained -> pour(response, sent));
                return;
            }
            sent.addAndGet(chunk.length);
            response.write(Buffer.buffer(chunk));
        }
        response.drainHandler(null).end();
    }

    private static void pour(OutputStream out, AtomicLong sent) {
        byte[] chunk = new byte[64 << 10];
        try {
            while (sent.get() < LARGE) {
                out.write(chunk);
                sent.addAndGet(chunk.length);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Waits until something was sent and nothing more is. */
    private static void awaitStandstill(AtomicLong sent) {
        AtomicLong before = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(500)).until(() -> {
            long now = sent.get();
            return now > 0 && before.getAndSet(now) == now;
        });
    }

    private static long count(InputStream in) throws IOException {
        byte[] buffer = new byte[64 << 10];
        long total = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            total += read;
        }
        return total;
    }
}
