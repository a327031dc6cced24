package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.spi.RetryAfter;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("1994-11-06T08:49:00Z");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "37",
                " 37 ",
                "Sun, 06 Nov 1994 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                "Sun Nov  6 08:49:37 1994"
            })
    void seconds_and_the_three_forms_of_a_date_are_understood_C4(String value) {
        assertThat(RetryAfter.parse(value, NOW)).hasValue(Duration.ofSeconds(37));
    }

    @Test
    void a_year_of_two_digits_is_at_most_50_years_ahead_C4() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");

        assertThat(RetryAfter.parse("Sunday, 06-Nov-94 08:49:37 GMT", now)).hasValue(Duration.ZERO);
        assertThat(RetryAfter.parse("Thursday, 01-Jan-26 00:00:07 GMT", now)).hasValue(Duration.ofSeconds(7));
        assertThat(RetryAfter.parse("Friday, 01-Jan-27 00:00:00 GMT", now)).hasValue(Duration.ofDays(365));
    }

    @Test
    void a_time_that_is_over_means_now_and_endless_digits_mean_long_C4() {
        assertThat(RetryAfter.parse("Sun, 06 Nov 1994 08:48:00 GMT", NOW)).hasValue(Duration.ZERO);
        assertThat(RetryAfter.parse("0", NOW)).hasValue(Duration.ZERO);
        assertThat(RetryAfter.parse("90", NOW)).hasValue(Duration.ofSeconds(90));
        assertThat(RetryAfter.parse("000000000007", NOW)).hasValue(Duration.ofSeconds(7));
        assertThat(RetryAfter.parse("9".repeat(400), NOW))
                .hasValueSatisfying(wait -> assertThat(wait).isGreaterThan(Duration.ofDays(1000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5", "soon", "1s", "Mon, 06 Nov 1994 08:49:37 GMT", "2026-01-01T00:00:00Z"})
    void anything_else_is_nothing_C4(String value) {
        assertThat(RetryAfter.parse(value, NOW)).isEmpty();
    }

    @Test
    void a_date_is_written_in_the_form_of_today() {
        assertThat(RetryAfter.format(NOW)).isEqualTo("Sun, 06 Nov 1994 08:49:00 GMT");
    }
}
