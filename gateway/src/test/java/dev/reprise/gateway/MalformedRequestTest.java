package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.RawClient;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are not HTTP, or that somebody else could read otherwise. */
class MalformedRequestTest {
    @TempDir
    private Path folder;

    private final TestService service = new TestService();

    @AfterEach
    void stop() {
        service.close();
    }

    @ParameterizedTest
    @CsvSource({"20000,0,414", "10,40000,431"})
    void an_oversized_head_is_refused_with_the_status_for_it(int target, int field, int status) throws Exception {
        try (GatewayFixture gateway = new GatewayFixture(folder, service)) {
            String response = RawClient.exchange(
                    gateway.port(),
                    "POST /" + "a".repeat(target) + " HTTP/1.1\nHost: x\nIdempotency-Key: k\nX-Long: "
                            + "a".repeat(field) + "\nContent-Length: 0\n\n");

            assertThat(response).matches("(?s)HTTP/1\\.[01] " + status + " .*");
            assertThat(service.received()).isEmpty();
            assertThat(gateway.post("/a", "k", "").statusCode()).isEqualTo(201);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NONSENSE\n\n",
                "POST /a HTTP/1.1\nHost: x\nNo colon\n\n",
                "POST /a HTTP/1.1\nHost: x\nSpace : 1\nContent-Length: 0\n\n",
                "POST /a HTTP/1.1\nHost: x\nIdempotency-Key: k\nContent-Length: four\n\nbody",
                "POST /a HTTP/1.1\nHost: x\nIdempotency-Key: k\nContent-Length: -1\n\nbody",
                "POST /a HTTP/1.1\nHost: x\nIdempotency-Key: k\nContent-Length: 4\nContent-Length: 5\n\nbody"
            })
    void what_is_not_HTTP_is_refused(String request) throws Exception {
        try (GatewayFixture gateway = new GatewayFixture(folder, service)) {
            assertThat(RawClient.exchange(gateway.port(), request)).matches("(?s)HTTP/1\\.[01] 400 .*");
            assertThat(service.received()).isEmpty();
        }
    }

    @Test
    void broken_chunks_execute_nothing_S20() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture(folder, service)) {
            RawClient.exchange(
                    gateway.port(),
                    "POST /a HTTP/1.1\nHost: x\nIdempotency-Key: k\nTransfer-Encoding: chunked\n\n4\nbody\nxyz\n");

            assertThat(service.received()).isEmpty();
            assertThat(gateway.post("/a", "k", "other").statusCode()).isEqualTo(201);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1\nContent-Length: 40\nTransfer-Encoding: chunked",
                "HTTP/1.1\nTransfer-Encoding: xchunked",
                "HTTP/1.1\nTransfer-Encoding: gzip, chunked",
                "HTTP/1.1\nTransfer-Encoding: chunked\nTransfer-Encoding: identity",
                "HTTP/1.0\nTransfer-Encoding: chunked"
            })
    void a_framing_that_others_may_read_otherwise_is_refused_so_that_nothing_is_smuggled(String framing)
            throws Exception {
        try (GatewayFixture gateway = new GatewayFixture(folder, service)) {
            for (String key : List.of("", "Idempotency-Key: k\n")) {
                String response = RawClient.exchange(
                        gateway.port(),
                        "POST /a " + framing + "\nHost: x\n" + key
                                + "Connection: keep-alive\n\n0\n\nGET /smuggled HTTP/1.1\nHost: x\n\n");

                assertThat(response).matches("(?s)HTTP/1\\.[01] (400|501) .*");
                assertThat(response.split("HTTP/1", -1)).hasSize(2);
            }
            assertThat(service.received()).isEmpty();
        }
    }
}
