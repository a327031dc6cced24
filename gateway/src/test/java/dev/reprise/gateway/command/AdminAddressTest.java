package dev.reprise.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the admin address tells everybody, and what only those who show the secret. */
class AdminAddressTest extends OperationsFixture {
    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + gateway().admin() + path))
                .timeout(PATIENCE);
    }

    private HttpRequest.Builder authorized(String path) throws IOException {
        String secret = Files.readAllLines(store().resolve("admin")).get(1);
        return request(path).header("Authorization", "Bearer " + secret);
    }

    @Test
    void serves_health_readiness_and_metrics_to_everybody() throws Exception {
        send(payment("k"));

        assertThat(send(request("/health")).body()).isEqualTo("up\n");
        assertThat(send(request("/ready")).body()).isEqualTo("ready\n");
        assertThat(send(request("/metrics")).body())
                .contains("reprise_operations_seconds_count{event=\"executed\",route=\"/**\"} 1")
                .containsPattern("reprise_build_info\\{version=\"[^\"]+\"\\} 1");
        assertThat(send(request("/other")).statusCode()).isEqualTo(404);
    }

    @Test
    void has_the_metrics_that_the_documentation_lists() throws Exception {
        send(payment("k"));
        String page = Files.readString(Path.of("../docs/gateway.md"));

        assertThat(send(request("/metrics")).body().lines())
                .filteredOn(line -> line.startsWith("# TYPE reprise_"))
                .hasSizeGreaterThan(5)
                .allSatisfy(line -> assertThat(page).contains("`" + line.split(" ", -1)[2]));
    }

    @ParameterizedTest
    @CsvSource({"GET, /operations", "POST, /operations/end", "POST, /operations/erase", "POST, /operations/purge"})
    void keeps_operations_from_who_does_not_show_the_secret(String method, String path) throws Exception {
        String secret = Files.readAllLines(store().resolve("admin")).get(1);
        for (String credential :
                List.of("", "Bearer", "Bearer x", "Basic " + secret, secret, "Bearer " + secret + "x")) {
            HttpRequest.Builder request = request(path).method(method, BodyPublishers.ofString("{}"));
            HttpResponse<String> response =
                    send(credential.isEmpty() ? request : request.header("Authorization", credential));

            assertThat(response.statusCode()).as(credential).isEqualTo(401);
            assertThat(response.headers().firstValue("www-authenticate")).hasValue("Bearer");
            assertThat(response.body()).doesNotContain(secret);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "state=done",
                "limit=many",
                "limit=0",
                "limit=-1",
                "limit=99999999999",
                "key=",
                "key=%C3%BC",
                "key=%0A",
            })
    void refuses_a_malformed_question(String query) throws Exception {
        assertThat(send(authorized("/operations?" + query))).satisfies(response -> assertMalformed(response, 400));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "",
                "null",
                "[]",
                "{}",
                "{\"principal\":\"a\",\"route\":\"b\",\"token\":1}",
                "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"\",\"token\":1}",
                "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":-1}",
                "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":\"x\"}",
                "{\"principal\":\"a\\n\",\"route\":\"b\",\"key\":\"k\",\"token\":1}",
                "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":1,\"more\":1}",
                "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":1,\"response\":{}}",
                "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":1,\"response\":{\"status\":100}}",
                "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":1,"
                        + "\"response\":{\"status\":200,\"headers\":[\"a b: c\"]}}",
                "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":1,"
                        + "\"response\":{\"status\":200,\"headers\":[\"a: b\\r\\nc: d\"]}}",
                "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":1,"
                        + "\"response\":{\"status\":200,\"headers\":[null]}}",
                "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":1,"
                        + "\"response\":{\"status\":200,\"body\":\"?\",\"encoding\":\"base64\"}}",
                "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":1,"
                        + "\"response\":{\"status\":200,\"encoding\":\"zip\"}}",
            })
    void refuses_a_malformed_order(String body) throws Exception {
        assertThat(send(authorized("/operations/end").POST(BodyPublishers.ofString(body))))
                .satisfies(response -> assertMalformed(response, 400));
    }

    @Test
    void refuses_a_body_without_length_or_end() throws Exception {
        assertMalformed(
                send(authorized("/operations/end")
                        .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[1])))),
                411);
        assertMalformed(
                send(authorized("/operations/end").POST(BodyPublishers.ofByteArray(new byte[(4 << 20) + 1]))), 413);
    }

    @Test
    void changes_nothing_that_it_was_not_shown() throws Exception {
        crash("k");

        HttpResponse<String> response = send(authorized("/operations/end")
                .POST(BodyPublishers.ofString(
                        "{\"principal\":\"anonymous\",\"route\":\"/**\",\"key\":\"k\",\"token\":4711}")));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("\"changed\"");
        assertThat(done("list")).contains("unknown  k");
    }

    private static void assertMalformed(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.body()).isNotBlank().doesNotContain("\tat ", "java.", "Exception");
        assertThat(response.body().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(1_000);
    }
}
