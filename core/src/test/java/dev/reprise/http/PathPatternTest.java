package dev.reprise.http;

import static dev.reprise.http.PathMatcher.Match.NO;
import static dev.reprise.http.PathMatcher.Match.UNCLEAR;
import static dev.reprise.http.PathMatcher.Match.YES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.http.PathReading.Ambiguity;
import dev.reprise.http.PathReading.Treatment;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** S31: which paths belong to a pattern, for a service that reads them in a certain way. */
class PathPatternTest {
    private static final PathReading EXACT = new PathReading(true, true, Map.of());

    private static PathMatcher.Match match(String pattern, PathReading reading, String path) {
        return new PathMatcher(new PathPattern(pattern), reading).match(RequestPath.sent(path));
    }

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/v1/charges, /v1/charges",
        "/payment/{to}, /payment/alice",
        "/domains/{domain}/records/{name}, /domains/example.com/records/www",
        "/**, /",
        "/**, /anything/at/all",
        "/**, /../%2f;//%00",
        "/**, *",
        "/v1/**, /v1",
        "/v1/**, /v1/",
        "/v1/**, /v1/a/b",
        "/v1/{id}/**, /v1/1/refunds/2",
    })
    void matches(String pattern, String path) {
        assertThat(match(pattern, EXACT, path)).isEqualTo(YES);
        assertThat(match(pattern, PathReading.DEFAULT, path)).isEqualTo(YES);
    }

    @ParameterizedTest
    @CsvSource({
        "/, /a",
        "/v1/charges, /v1/charges/1",
        "/v1/charges, /v1/charges%",
        "/v1/charges, /v1/%zzharges",
        "/v1/charges, /v1",
        "/v1/charges, v1/charges",
        "/v1/charges, *",
        "/payment/{to}, /payment",
        "/payment/{to}, /payment/",
        "/payment/{to}, /payment/a/b",
        "/v1/**, /v2",
        "/v1/**, /v10",
    })
    void does_not_match(String pattern, String path) {
        assertThat(match(pattern, EXACT, path)).isEqualTo(NO);
        assertThat(match(pattern, PathReading.DEFAULT, path)).isEqualTo(NO);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/charges, /v1/Charges",
        "/v1/charges, /V1/CHARGES",
        "/V1/Charges, /v1/charges",
        "/v1/charges, /v1/charges/",
        "/v1/charges/, /v1/charges",
        "/payment/{to}, /payment/alice/",
        "/payment/{to}/, /PAYMENT/alice",
        "/v1/**, /V1/a",
    })
    void letters_of_another_case_and_a_slash_at_the_end_make_another_path_only_where_they_count(
            String pattern, String path) {
        assertThat(match(pattern, EXACT, path)).isEqualTo(NO);
        assertThat(match(pattern, PathReading.DEFAULT, path)).isEqualTo(YES);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/charges, /v1/%63harges",
        "/v1/charges, /%76%31/%63%68%61%72%67%65%73",
        "/v1/charges:refund, /v1/charges%3Arefund",
        "/v1/charges:refund, /v1/charges%3arefund",
        "/v1/caf\u00e9, /v1/caf%C3%a9",
        "/v1/caf%c3%A9, /v1/caf%C3%a9",
        "/v1/a b, /v1/a%20b",
        "/v1/%63harges, /v1/charges",
        "/v1/100%25, /v1/100%25",
    })
    void it_makes_no_difference_how_a_character_is_encoded(String pattern, String path) {
        assertThat(match(pattern, EXACT, path)).isEqualTo(YES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//v1/charges",
                "/v1//charges",
                "/v1/charges//",
                "/v1/charges//x",
                "/./v1/charges",
                "/v1/./charges",
                "/v1/%2e/charges",
                "/v1/charges/.",
                "/v1/charges/x/..",
                "/x/../v1/charges",
                "/x/%2e%2E/v1/charges",
                "/x/.%2e/v1/charges",
                "/x/..;y/v1/charges",
                "/x%2F..%2Fv1/charges",
                "/x/y/..\\..\\v1\\charges",
                "/v1%2Fcharges",
                "/v1%2fcharges",
                "/%2Fv1/charges",
                "/v1\\charges",
                "/v1%5Ccharges",
                "/v1%5ccharges",
                "/v1/charges;x=1",
                "/v1/charges;",
                "/v1;x/charges",
                "/;x/v1/charges",
                "/v1/charges%3Bx=1",
                "/v1/charges%00",
                "/v1/charges%00/x",
                "/v1/charges%0a",
                "/v1/charges%7F",
                "/v1/%2563harges",
                "/v1%252Fcharges",
                "/x/%252e%252e/v1/charges",
                "/v1%c0%afcharges",
                "/x/%c0%ae%c0%ae/v1/charges",
                "/v1/charges%ff",
                "/v1/%u0063harges",
            })
    void a_path_that_a_service_may_read_as_one_of_the_pattern_is_unclear(String path) {
        assertThat(match("/v1/charges", PathReading.DEFAULT, path)).isEqualTo(UNCLEAR);
        assertThat(match("/{version}/charges", PathReading.DEFAULT, path)).isEqualTo(UNCLEAR);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/charges, /v2/charges;x=1",
        "/v1/charges, /files/a%2Fb",
        "/v1/charges, /files//x",
        "/v1/charges, /v1/charges/1/a%2Fb",
        "/v1/charges, /v1/refunds/caf%E9",
        "/v1/charges, /v1/refunds/a%00",
        "/payment/{to}, /payments/a;b",
    })
    void what_is_ambiguous_behind_a_segment_that_differs_makes_no_difference(String pattern, String path) {
        assertThat(match(pattern, PathReading.DEFAULT, path)).isEqualTo(NO);
    }

    @ParameterizedTest
    @CsvSource({"/v1/files/a%2Fb", "/v1/files//x", "/v1/charges;x=1", "/v1/./x", "/v1/\\"})
    void what_is_ambiguous_in_the_rest_of_an_open_pattern_makes_no_difference(String path) {
        assertThat(match("/v1/**", PathReading.DEFAULT, path)).isEqualTo(YES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/../charges", "/v1;x/charges", "//v1/charges", "/v1%2Fcharges", "/v1/%252e%252e/x"})
    void what_may_lead_out_of_an_open_pattern_or_into_it_is_unclear(String path) {
        assertThat(match("/v1/**", PathReading.DEFAULT, path)).isEqualTo(UNCLEAR);
    }

    @ParameterizedTest
    @CsvSource({
        "ENCODED_SLASH, /v1%2Fcharges, /v1/a%2fb",
        "BACKSLASH, /v1\\charges, /v1/a%5cb",
        "DOT_SEGMENTS, /x/../v1/./charges, /v1/.",
        "DOT_SEGMENTS, /x/%2e%2e/v1/charges/x/.., /v1/%2E",
        "DOT_SEGMENTS, /../v1/charges, /v1/..",
        "EMPTY_SEGMENTS, //v1///charges//, /v1/a",
        "PARAMETERS, /v1;x=1/charges;y;z, /v1/a;b",
    })
    void what_the_reading_settles_is_clear(Ambiguity ambiguity, String resolved, String literal) {
        PathReading resolving = PathReading.DEFAULT.with(ambiguity, Treatment.RESOLVED);
        PathReading asWritten = PathReading.DEFAULT.with(ambiguity, Treatment.LITERAL);

        assertThat(match("/v1/charges", resolving, resolved)).isEqualTo(YES);
        assertThat(match("/v1/charges", asWritten, resolved)).isEqualTo(NO);
        assertThat(match("/v1/{id}", asWritten, literal)).isEqualTo(YES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/%00", "/v1/100%2525", "/v1/caf%E9", "/v1/a%0Ab"})
    void odd_escapes_can_be_taken_literally_and_are_never_resolved(String path) {
        PathReading literal = PathReading.DEFAULT.with(Ambiguity.ODD_ESCAPES, Treatment.LITERAL);

        assertThat(match("/v1/{id}", PathReading.DEFAULT, path)).isEqualTo(UNCLEAR);
        assertThat(match("/v1/{id}", literal, path)).isEqualTo(YES);
        assertThatThrownBy(() -> PathReading.DEFAULT.with(Ambiguity.ODD_ESCAPES, Treatment.RESOLVED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Odd escapes");
    }

    @Test
    void a_container_that_removes_parameters_before_it_takes_steps_is_read_like_that() {
        PathReading container = PathReading.DEFAULT
                .with(Ambiguity.PARAMETERS, Treatment.RESOLVED)
                .with(Ambiguity.DOT_SEGMENTS, Treatment.RESOLVED)
                .with(Ambiguity.EMPTY_SEGMENTS, Treatment.RESOLVED);

        assertThat(match("/v1/charges", container, "/x/..;/v1//charges;jsessionid=1"))
                .isEqualTo(YES);
        assertThat(match("/v1/charges", container, "/v1/charges/..")).isEqualTo(NO);
        assertThat(match("/v1/charges", container, "/v1/charges%3Bx")).isEqualTo(NO);
        assertThat(match("/v1/charges", container, "/v1%2Fcharges")).isEqualTo(UNCLEAR);
    }

    @ParameterizedTest
    @EnumSource(Ambiguity.class)
    void nothing_is_ambiguous_about_a_path_that_somebody_else_has_decoded(Ambiguity ambiguity) {
        for (String decoded : List.of("/v1/a;b", "/v1/a\\b", "/v1/..", "/v1/%2F", "/v1/\u0000")) {
            assertThat(new PathMatcher(
                                    new PathPattern("/v1/{id}"), PathReading.DEFAULT.with(ambiguity, Treatment.REFUSED))
                            .match(RequestPath.decoded(decoded)))
                    .isEqualTo(YES);
        }
        assertThat(new PathMatcher(new PathPattern("/v1/caf\u00e9 \ud83d\ude00"), PathReading.DEFAULT)
                        .match(RequestPath.decoded("/v1/caf\u00e9 \ud83d\ude00")))
                .isEqualTo(YES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v1", "/v1/*", "/v1/**/x", "/v1/{", "/v1/{}", "/v1/a{b}", "/***", "/{1a}"})
    void a_mistyped_pattern_is_refused_by_name(String pattern) {
        assertThatThrownBy(() -> new PathPattern(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("The path pattern " + pattern);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/charges, /v1/charges, true",
        "/v1/charges, /V1/charges/, true",
        "/v1/{id}, /v1/charges, true",
        "/v1/charges, /v1/{id}, false",
        "/v1/{id}, /v1/{other}, true",
        "/v1/**, /v1/charges, true",
        "/v1/**, /v1/a/**, true",
        "/v1/**, /v1/**, true",
        "/v1/**, /**, false",
        "/**, /**, true",
        "/v1/{id}, /v1/**, false",
        "/v1/{id}, /v1/a;b, true",
    })
    void a_route_covers_another_one(String one, String other, boolean covers) {
        assertThat(Route.of(one).covers(Route.of(other))).isEqualTo(covers);
    }
}
