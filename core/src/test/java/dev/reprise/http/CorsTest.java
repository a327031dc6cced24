package dev.reprise.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Headers;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** S26. */
class CorsTest {
    private static final Cors NAMED = new Cors(Set.of("https://shop.example"), true);

    @Test
    void a_preflight_answer_of_the_handler_also_allows_the_key() {
        Headers handler =
                Headers.of("Access-Control-Allow-Origin", "*", "Access-Control-Allow-Headers", "Content-Type");

        assertThat(Cors.NONE.preflight(handler, "Idempotency-Key").first("Access-Control-Allow-Headers"))
                .contains("Content-Type, Idempotency-Key");
    }

    @Test
    void a_handler_without_cors_gets_none() {
        assertThat(Cors.NONE.preflight(Headers.EMPTY, "Idempotency-Key")).isEqualTo(Headers.EMPTY);
        assertThat(Cors.NONE.exposing(Headers.EMPTY, "X")).isEqualTo(Headers.EMPTY);
    }

    @Test
    void a_handler_that_allows_everything_needs_nothing_more() {
        Headers handler = Headers.of("Access-Control-Allow-Origin", "*", "Access-Control-Expose-Headers", "*");

        assertThat(Cors.NONE.exposing(handler, "X")).isEqualTo(handler);
    }

    @Test
    void the_added_fields_are_exposed() {
        Headers handler = Headers.of("Access-Control-Allow-Origin", "https://shop.example");

        assertThat(Cors.NONE.exposing(handler, "Idempotent-Replayed").first("Access-Control-Expose-Headers"))
                .contains("Idempotent-Replayed");
    }

    @Test
    void own_answers_are_readable_for_allowed_origins_only() {
        Headers own = Headers.of("Vary", "Accept");

        assertThat(NAMED.own(own, "https://shop.example", "X"))
                .isEqualTo(Headers.of(
                        "Access-Control-Allow-Origin",
                        "https://shop.example",
                        "Access-Control-Expose-Headers",
                        "X",
                        "Vary",
                        "Accept, Origin",
                        "Access-Control-Allow-Credentials",
                        "true"));
        assertThat(NAMED.own(own, "https://evil.example", "X")).isEqualTo(own);
        assertThat(NAMED.own(own, null, "X")).isEqualTo(own);
        assertThat(Cors.NONE.own(own, "https://shop.example", "X")).isEqualTo(own);
    }

    @Test
    void any_origin_with_credentials_is_refused() {
        assertThatThrownBy(() -> new Cors(Set.of("*"), true)).hasMessageContaining("credentials");
    }
}
