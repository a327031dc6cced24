package dev.reprise.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPatternTest {
    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/v1/charges, /v1/charges",
        "/payment/{to}, /payment/alice",
        "/payment/{to}, /payment/a%2Fb",
        "/domains/{domain}/records/{name}, /domains/example.com/records/www",
        "/**, /",
        "/**, /anything/at/all",
        "/v1/**, /v1",
        "/v1/**, /v1/",
        "/v1/**, /v1/a/b",
        "/v1/{id}/**, /v1/1/refunds/2",
    })
    void matches(String pattern, String path) {
        assertThat(new PathPattern(pattern).matches(path)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "/, /a",
        "/v1/charges, /v1/charges/",
        "/v1/charges, /v1/charges/1",
        "/v1/charges, /v1/Charges",
        "/v1/charges, /v1",
        "/payment/{to}, /payment",
        "/payment/{to}, /payment/",
        "/payment/{to}, /payment/a/b",
        "/v1/**, /v2",
        "/v1/**, /v10",
    })
    void does_not_match(String pattern, String path) {
        assertThat(new PathPattern(pattern).matches(path)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v1", "/v1/*", "/v1/**/x", "/v1/{", "/v1/{}", "/v1/a{b}", "/***", "/{1a}"})
    void a_mistyped_pattern_is_refused_by_name(String pattern) {
        assertThatThrownBy(() -> new PathPattern(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("The path pattern " + pattern);
    }
}
