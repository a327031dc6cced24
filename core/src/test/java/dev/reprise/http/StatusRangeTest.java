package dev.reprise.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusRangeTest {
    @ParameterizedTest
    @CsvSource({
        "404, 404, 404, 404",
        "300, 300, 300, 300",
        "4xx, 4xx, 400, 499",
        "5XX, 5xx, 500, 599",
        "400-404, 400-404, 400, 404",
        "500-599, 5xx, 500, 599",
        "503 with retry-after, 503 with Retry-After, 503, 503",
        "' 5xx with Retry-After ', 5xx with Retry-After, 500, 599",
    })
    void is_read_as_people_write_it(String text, String written, int first, int last) {
        StatusRange range = StatusRange.parse(text);

        assertThat(range).hasToString(written);
        assertThat(range).isEqualTo(new StatusRange(first, last, written.endsWith("Retry-After")));
        assertThat(StatusRange.parse(range.toString())).isEqualTo(range);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "abc", "4x", "40", "4040", "404-400", "200", "2xx", "299-404", "600", "9xx", "503 with Date"
            })
    void is_refused_where_it_is_no_redirect_or_failure(String text) {
        assertThatThrownBy(() -> StatusRange.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void with_a_field_holds_only_answers_that_have_it() {
        StatusRange range = StatusRange.parse("503 with Retry-After");

        assertThat(range.contains(new Response(503, Headers.EMPTY, Body.EMPTY))).isFalse();
        assertThat(range.contains(new Response(503, Headers.of("retry-after", "9"), Body.EMPTY)))
                .isTrue();
        assertThat(range.contains(new Response(502, Headers.of("retry-after", "9"), Body.EMPTY)))
                .isFalse();
    }
}
