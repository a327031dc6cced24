package dev.reprise.http;

import static dev.reprise.http.RequestExample.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.RequestFingerprint;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** S11. */
class FingerprinterTest {
    private final Fingerprinter fingerprinter = new Fingerprinter(List.of(Fingerprinting.RAW));

    private RequestFingerprint of(RequestView request, String body) {
        return fingerprinter.of(request, body.getBytes(StandardCharsets.UTF_8)).current();
    }

    @Test
    void every_part_of_the_request_counts() {
        RequestExample request = post("/v1/charges", "Content-Type", "application/json");

        assertThat(of(request, "{}"))
                .isEqualTo(of(request, "{}"))
                .isNotEqualTo(of(request, "{ }"))
                .isNotEqualTo(of(request.withMethod("PATCH"), "{}"))
                .isNotEqualTo(of(request.withQuery("a=1"), "{}"))
                .isNotEqualTo(of(post("/v1/refunds", "Content-Type", "application/json"), "{}"))
                .isNotEqualTo(of(post("/v1/charges", "Content-Type", "text/plain"), "{}"))
                .isNotEqualTo(of(post("/v1/charges"), "{}"));
    }

    @Test
    void a_byte_that_moves_from_one_part_to_the_next_counts() {
        assertThat(of(post("/ab"), "")).isNotEqualTo(of(post("/a").withQuery("b"), ""));
        assertThat(of(post("/a").withQuery("b"), "")).isNotEqualTo(of(post("/a"), "b"));
    }

    @Test
    void headers_and_principal_do_not_count() {
        assertThat(of(post("/a", "User-Agent", "x", "Idempotency-Key", "k"), "body"))
                .isEqualTo(of(post("/a", "User-Agent", "y").withPrincipal("bob"), "body"));
    }

    /** What records on disk hold. */
    @ParameterizedTest
    @CsvSource({
        "1, 3258e31f0bbc187bbe07e1f20d75050e553f0fb7db542e459cb0cc88d5078f06",
        "2, 3258e31f0bbc187bbe07e1f20d75050e553f0fb7db542e459cb0cc88d5078f06",
        "3, 6ff567219e8656b625200fd36f7d599bc2590e824cfe1284a61e87217b8ae138",
        "4, 6ff567219e8656b625200fd36f7d599bc2590e824cfe1284a61e87217b8ae138",
        "5, 6ff567219e8656b625200fd36f7d599bc2590e824cfe1284a61e87217b8ae138",
        "6, 6ff567219e8656b625200fd36f7d599bc2590e824cfe1284a61e87217b8ae138",
    })
    void versions_never_change(int version, String digest) {
        RequestFingerprint.Source source = fingerprinter.of(
                post("/v1/charges", "Content-Type", "application/json; charset=UTF-8")
                        .withQuery("expand=customer"),
                "{\"amount\":2000}".getBytes(StandardCharsets.UTF_8));

        assertThat(source.of(version).map(RequestFingerprint::digest).map(HexFormat.of()::formatHex))
                .contains(digest);
        assertThat(source.current().version()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/charges, application/json; charset=utf-8",
        "/v1/%63harges, application/json",
        "/caf%c3%A9;x, text/plain; a=\"b;boundary=c\""
    })
    void records_of_any_version_are_compared_by_their_own_S11(String path, String type) {
        RequestFingerprint.Source source = fingerprinter.of(post(path, "Content-Type", type), new byte[] {1});

        for (int version = 1; version <= 6; version++) {
            assertThat(source.matches(source.of(version).orElseThrow())).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"/v1/charges, /v1/%63harges", "/caf%C3%A9, /caf%c3%a9", "/a:b, /a%3ab"})
    void paths_that_are_spelled_differently_and_mean_the_same_are_equal_S11(String one, String other) {
        assertThat(of(post(one), "")).isEqualTo(of(post(other), ""));
    }

    @ParameterizedTest
    @CsvSource({"/a, /a/", "/a, /A", "/a, //a", "/a, /./a", "/a/b, /a%2Fb", "/a, /a;x", "/%61, /%2561"})
    void paths_that_a_service_may_tell_apart_differ_S11(String one, String other) {
        assertThat(of(post(one), "")).isNotEqualTo(of(post(other), ""));
    }

    @Test
    void an_unknown_version_has_no_fingerprint() {
        assertThat(fingerprinter.of(post("/"), new byte[0]).of(7)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            delimiter = '|',
            value = {
                "application/json|Application/JSON",
                "application/json|' application/json '",
                "text/plain; charset=utf-8|text/plain;Charset=\"UTF-8\"",
                "text/plain; a=1; b=2|text/plain; b=2; a=1",
                "multipart/form-data; boundary=abc|multipart/form-data; boundary=\"xyz\"",
                "multipart/form-data|multipart/form-data; boundary=xyz",
                "multipart/form-data; boundary=\"a;b\"|multipart/form-data; boundary=\"c;d\\\"e\"",
                "application/json|application/json; charset=utf-8",
                "application/json|application/json;charset=\"UTF-8\";",
                "application/problem+json|application/problem+json; charset=utf-8",
                "application/x-ndjson|application/x-ndjson; charset=utf-8",
                "image/png|image/png; charset=utf-8",
                "application/octet-stream|application/octet-stream; charset=binary",
                "application/json; v=1; charset=x|application/json; v=\"1\"",
                "text/plain; a=b|text/plain ; A=\"\\b\"; ",
            })
    void media_types_that_mean_the_same_are_equal(String one, String other) {
        assertThat(of(post("/", "Content-Type", one), "")).isEqualTo(of(post("/", "Content-Type", other), ""));
    }

    @Test
    void a_media_type_may_fill_the_whole_head() {
        String one = "text/plain; a=\"" + "\\x".repeat(20_000) + "\"" + "; ".repeat(10_000);

        assertThat(of(post("/", "Content-Type", one), ""))
                .isEqualTo(of(post("/", "Content-Type", "text/plain;a=" + "x".repeat(20_000)), ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/plain; charset=utf-8|text/plain; charset=latin1",
                "text/plain; charset=utf-8|text/plain",
                "application/json; profile=a|application/json; profile=A",
                "application/xml; charset=utf-8|application/xml",
                "application/atom+xml; charset=utf-8|application/atom+xml",
                "application/x-www-form-urlencoded; charset=utf-8|application/x-www-form-urlencoded; charset=latin1",
                "text/plain; a=\"x;boundary=1\"|text/plain; a=\"x;boundary=2\"",
                "text/plain; boundary=1|text/plain; boundary=2",
                "text/plain; a=1; a=2|text/plain; a=2; a=1",
                "text/plain; a=\"b\"|text/plain; a=\"b",
                "text/plain; a|text/plain; b",
                "text|texts",
            })
    void media_types_that_mean_something_else_differ(String one, String other) {
        assertThat(of(post("/", "Content-Type", one), "")).isNotEqualTo(of(post("/", "Content-Type", other), ""));
    }
}
