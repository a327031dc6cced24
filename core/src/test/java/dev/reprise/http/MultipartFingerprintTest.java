package dev.reprise.http;

import static dev.reprise.http.RequestExample.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S11: a client encodes a form anew for each attempt, with another boundary. */
class MultipartFingerprintTest extends ChoreographyFixture {
    private static final Route UPLOADS = Route.of("/v1/files");
    private static final Response CREATED = new Response(201, Headers.EMPTY, Body.EMPTY);

    private static RequestExample upload(String boundary) {
        return post("/v1/files", "Idempotency-Key", "k", "Content-Type", "multipart/form-data; boundary=" + boundary);
    }

    private static String form(String boundary, String name, String file, String type, String content) {
        return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"" + file
                + "\"\r\nContent-Type: " + type + "\r\n\r\n" + content + "\r\n--" + boundary
                + "\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\ndispute\r\n--" + boundary + "--\r\n";
    }

    private static String form(String boundary) {
        return form(boundary, "file", "a.png", "image/png", "--bytes\r\n");
    }

    private void assertReplayed(Route route, String boundary, String body) {
        assertThat(respond(begin(over(route), upload(boundary), body)).status()).isEqualTo(201);
    }

    private void assertMismatch(Route route, String boundary, String body) {
        assertProblem(respond(begin(over(route), upload(boundary), body)), ProblemType.PAYLOAD_MISMATCH);
    }

    @Test
    void the_same_parts_with_another_boundary_are_the_same_request() {
        run(over(UPLOADS), upload("one"), form("one")).answered(CREATED);

        assertReplayed(UPLOADS, "two", form("two"));
        assertReplayed(UPLOADS, "\"t w o\"", form("t w o"));
        assertReplayed(UPLOADS, "one", form("one").stripTrailing());
    }

    @Test
    void names_file_names_types_bytes_and_their_order_count() {
        run(over(UPLOADS), upload("one"), form("one")).answered(CREATED);

        assertMismatch(UPLOADS, "two", form("two", "doc", "a.png", "image/png", "--bytes\r\n"));
        assertMismatch(UPLOADS, "two", form("two", "file", "b.png", "image/png", "--bytes\r\n"));
        assertMismatch(UPLOADS, "two", form("two", "file", "a.png", "image/gif", "--bytes\r\n"));
        assertMismatch(UPLOADS, "two", form("two", "file", "a.png", "image/png", "--bytes"));
        String[] parts = form("two").split("(?=--two\r\n)|(?=--two--)", -1);
        assertMismatch(UPLOADS, "two", parts[1] + parts[0] + parts[2]);
        assertMismatch(UPLOADS, "two", parts[0] + parts[2]);
    }

    @Test
    void parts_within_parts_count_without_their_boundary_too() {
        String type = "multipart/mixed; boundary=%s";
        String inner = "--%1$s\r\n\r\nx\r\n--%1$s--";
        run(over(UPLOADS), upload("o"), form("o", "f", "f", type.formatted("i"), inner.formatted("i")))
                .answered(CREATED);

        assertReplayed(UPLOADS, "p", form("p", "f", "f", type.formatted("j"), inner.formatted("j")));
        assertMismatch(
                UPLOADS,
                "p",
                form("p", "f", "f", type.formatted("j"), inner.formatted("j").replace('x', 'y')));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "preamble\r\n--b\r\n\r\nx\r\n--b--",
                "--b\r\n\r\nx\r\n--b--\r\nepilogue",
                "--b\r\n\r\nx",
                "--b\r\nno field\r\n\r\nx\r\n--b--",
                "--b\r\nA: 1\r\na: 2\r\n\r\nx\r\n--b--",
                "--b\r\nA: 1\r\n folded\r\n\r\nx\r\n--b--",
                "--b\n\nx\n--b--",
                "--bx\r\n\r\nx\r\n--b--"
            })
    void what_is_not_parts_and_nothing_else_counts_with_each_byte(String body) {
        assertThat(MultipartBody.parts(
                        List.of("multipart/form-data; boundary=b"), body.getBytes(StandardCharsets.ISO_8859_1)))
                .isEmpty();
        run(over(UPLOADS), upload("b"), body).answered(CREATED);

        assertReplayed(UPLOADS, "b", body);
        assertMismatch(UPLOADS, "b", body + " ");
    }

    @Test
    void selected_fields_are_parts_by_their_names() {
        Route route = UPLOADS.withFingerprints(Fingerprinting.ofFields("/purpose"));
        run(over(route), upload("one"), form("one")).answered(CREATED);

        assertReplayed(route, "two", form("two", "file", "other.png", "image/gif", "other"));
        assertMismatch(route, "two", form("two").replace("dispute", "identity"));
    }

    @Test
    void a_record_from_before_is_compared_by_its_own_version() {
        Fingerprinter fingerprints = new Fingerprinter(List.of(Fingerprinting.RAW));
        byte[] one = form("one").getBytes(StandardCharsets.UTF_8);
        byte[] two = form("two").getBytes(StandardCharsets.UTF_8);
        RequestFingerprint former = fingerprints.of(upload("one"), one).of(3).orElseThrow();

        assertThat(fingerprints.of(upload("one"), one).matches(former)).isTrue();
        assertThat(fingerprints.of(upload("two"), two).matches(former)).isFalse();
        assertThat(fingerprints.of(upload("one"), one).current().version()).isEqualTo(5);
    }

    @Test
    void parts_as_deep_as_they_like_to_be_do_no_harm() {
        StringBuilder body = new StringBuilder();
        for (int depth = 0; depth < 2_000; depth++) {
            body.append("--")
                    .append(depth)
                    .append("\r\nContent-Type: multipart/mixed; boundary=")
                    .append(depth + 1);
            body.append("\r\n\r\n");
        }
        for (int depth = 1_999; depth >= 0; depth--) {
            body.append("\r\n--").append(depth).append("--");
        }
        run(over(UPLOADS), upload("0"), body.toString()).answered(CREATED);

        assertReplayed(UPLOADS, "0", body.toString());
    }
}
