package dev.reprise.http;

import static dev.reprise.http.RequestExample.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** S3: what counts as a key in a body, and what is none. */
class KeyInBodyTest extends ChoreographyFixture {
    private static final Response CREATED = new Response(201, Headers.EMPTY, Body.EMPTY);
    private static final String JSON = "application/json";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final Route ROUTE = Route.of("/a")
            .withKeyLocations(
                    KeyLocation.header("Idempotency-Key"),
                    new KeyLocation(KeyLocation.Place.JSON, "/meta/key"),
                    new KeyLocation(KeyLocation.Place.FORM, "key"));
    private static final Route REQUIRED = ROUTE.withKeyRequired(true);

    private Next begin(Route route, RequestExample request, byte[] body) {
        return ((Next.ReadBody) over(route).admit(request)).request().begin(body);
    }

    private void assertUnprotected(RequestExample request, byte[] body) {
        Next next = begin(ROUTE, request, body);
        assertThat(next).isInstanceOf(Next.Run.class);
        assertThat(((Next.Run) next).execution().execution()).isEmpty();
    }

    private void assertProtected(RequestExample request, byte[] body) {
        Next first = begin(REQUIRED, request, body);
        assertThat(first).isInstanceOf(Next.Run.class);
        ((Next.Run) first).execution().answered(CREATED);
        assertThat(respond(begin(REQUIRED, request, body)).headers().first("Idempotent-Replayed"))
                .contains("true");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "7",
                "{\"meta\":{}}",
                "{\"meta\":null}",
                "{\"meta\":1}",
                "{\"meta\":{\"key\":null}}",
                "\ufeff",
                "\ufeff{\"meta\":{\"key\":null}}"
            })
    void nothing_is_no_key_so_it_runs_or_is_missing_where_one_is_required_S3_S4(String body) {
        RequestExample request = post("/a", "Content-Type", JSON);

        assertUnprotected(request, utf8(body));
        assertProblem(respond(begin(REQUIRED, request, utf8(body))), ProblemType.MISSING_KEY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"meta\":{\"key\":1}}",
                "{\"meta\":{\"key\":-0.5e3}}",
                "{\"meta\":{\"key\":true}}",
                "{\"meta\":{\"key\":{}}}",
                "{\"meta\":{\"key\":[\"k\"]}}",
                "not json",
                "{\"meta\":{\"key\":\"k\"",
                "{\"meta\":{\"key\":\"\\ud800\"}}",
                "\ufeff\ufeff{\"meta\":{\"key\":\"k\"}}",
                "   "
            })
    void what_is_no_text_or_cannot_be_read_is_refused_only_where_a_key_is_required_S3(String body) {
        RequestExample request = post("/a", "Content-Type", JSON);

        assertUnprotected(request, utf8(body));
        assertProblem(respond(begin(REQUIRED, request, utf8(body))), ProblemType.INVALID_KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"meta\":{\"key\":1}}", "not json", "", "{\"meta\":{\"key\":null}}"})
    void a_key_elsewhere_counts_whatever_the_body_is_S3(String body) {
        assertProtected(post("/a", "Content-Type", JSON, "Idempotency-Key", "k"), utf8(body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"meta\":{\"key\":\"\"}}",
                "{\"meta\":{\"key\":\"\u00e4\"}}",
                "{\"meta\":{\"key\":\"a\",\"key\":\"b\"}}",
                "{\"meta\":{\"key\":\"a\",\"key\":\"a\"}}",
                "{\"meta\":{\"key\":\"a\"},\"meta\":{}}"
            })
    void a_text_that_is_no_key_and_a_key_that_comes_twice_are_refused_anywhere_S2(String body) {
        RequestExample request = post("/a", "Content-Type", JSON);

        assertProblem(respond(begin(ROUTE, request, utf8(body))), ProblemType.INVALID_KEY);
        assertProblem(respond(begin(REQUIRED, request, utf8(body))), ProblemType.INVALID_KEY);
    }

    @Test
    void another_member_that_comes_twice_hides_no_key_S3() {
        assertProtected(
                post("/a", "Content-Type", JSON), utf8("{\"x\":1,\"meta\":{\"key\":\"k\",\"y\":1,\"y\":2},\"x\":{}}"));
    }

    @Test
    void a_byte_order_mark_hides_no_key_S3() {
        assertProtected(post("/a", "Content-Type", JSON), utf8("\ufeff{\"meta\":{\"key\":\"k\"}}"));
    }

    private static byte[] coded(String coding, byte[] body) {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (OutputStream coder =
                coding.equals("deflate") ? new DeflaterOutputStream(coded) : new GZIPOutputStream(coded)) {
            coder.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return coded.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({"gzip", "x-gzip", "GZIP", "deflate"})
    void a_coding_that_the_platform_reads_hides_no_key_S3(String coding) {
        byte[] json = coded(coding, utf8("{\"meta\":{\"key\":\"json\"}}"));
        byte[] form = coded(coding, utf8("key=form"));

        assertProtected(post("/a", "Content-Type", JSON, "Content-Encoding", coding), json);
        assertProtected(post("/a", "Content-Type", FORM, "Content-Encoding", "identity, " + coding), form);
        assertProtected(
                post("/a", "Content-Type", FORM, "Content-Encoding", coding, "Content-Encoding", "gzip"),
                coded("gzip", coded(coding, utf8("key=twice"))));
    }

    @ParameterizedTest
    @CsvSource({"br", "zstd", "gzip", "'gzip, br'", "'gzip,gzip,gzip,gzip,gzip,gzip'", "'x;y'"})
    void a_coding_that_cannot_be_read_is_refused_only_where_a_key_is_required_S3(String coding) {
        RequestExample json = post("/a", "Content-Type", JSON, "Content-Encoding", coding);
        RequestExample form = post("/a", "Content-Type", FORM, "Content-Encoding", coding);

        assertUnprotected(json, utf8("{\"meta\":{\"key\":\"k\"}}"));
        assertUnprotected(form, utf8("key=k"));
        assertProblem(respond(begin(REQUIRED, json, utf8("{\"meta\":{\"key\":\"k\"}}"))), ProblemType.INVALID_KEY);
        assertProblem(respond(begin(REQUIRED, form, utf8("key=k"))), ProblemType.INVALID_KEY);
    }

    @Test
    void a_body_that_unfolds_to_more_than_the_route_accepts_is_not_read_S3() {
        String large = "{\"meta\":{\"key\":\"k\"}}" + " ".repeat(20_000);
        RequestExample request = post("/a", "Content-Type", JSON, "Content-Encoding", "gzip");
        byte[] body = coded("gzip", utf8(large));

        assertThat(respond(begin(REQUIRED.withMaxRequestBody(10_000), request, body))
                        .status())
                .isEqualTo(400);
        assertProtected(request, body);
    }
}
