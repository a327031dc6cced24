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

    @Test
    void version_1_is_what_records_on_disk_hold_and_never_changes() {
        RequestFingerprint fingerprint = of(
                post("/v1/charges", "Content-Type", "application/json; charset=UTF-8")
                        .withQuery("expand=customer"),
                "{\"amount\":2000}");

        assertThat(fingerprint.version()).isEqualTo(1);
        assertThat(HexFormat.of().formatHex(fingerprint.digest()))
                .isEqualTo("3258e31f0bbc187bbe07e1f20d75050e553f0fb7db542e459cb0cc88d5078f06");
    }

    @Test
    void an_unknown_version_has_no_fingerprint() {
        assertThat(fingerprinter.of(post("/"), new byte[0]).of(3)).isEmpty();
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
            })
    void media_types_that_mean_the_same_are_equal(String one, String other) {
        assertThat(of(post("/", "Content-Type", one), "")).isEqualTo(of(post("/", "Content-Type", other), ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/plain; charset=utf-8|text/plain; charset=latin1",
                "text/plain; charset=utf-8|text/plain",
                "application/json; profile=a|application/json; profile=A",
            })
    void media_types_that_mean_something_else_differ(String one, String other) {
        assertThat(of(post("/", "Content-Type", one), "")).isNotEqualTo(of(post("/", "Content-Type", other), ""));
    }
}
