package dev.reprise.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What callers would like about waiting (P11, RFC 7240). */
class PreferencesTest {
    private static Preferences of(String... lines) {
        String[] fields = new String[lines.length * 2];
        for (int i = 0; i < lines.length; i++) {
            fields[2 * i] = "Prefer";
            fields[2 * i + 1] = lines[i];
        }
        return Preferences.of(RequestExample.post("/rides", fields));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "respond-async             | true  | -",
                "RESPOND-ASYNC             | true  | -",
                "respond-async, wait=10    | true  | 10",
                "wait = 10 ,respond-async  | true  | 10",
                "respond-async; foo=bar    | true  | -",
                "wait=1, wait=2            | false | 1",
                "wait=-1                   | false | -",
                "wait=1000000000000        | false | -",
                "wait=                     | false | -",
                "return=minimal            | false | -",
                "x-respond-async           | false | -"
            })
    void are_read_from_the_field_P11(String line, boolean later, Long seconds) {
        assertThat(of(line)).isEqualTo(new Preferences(later, seconds == null ? null : Duration.ofSeconds(seconds)));
    }

    @Test
    void may_come_in_several_lines_P11() {
        assertThat(of("return=minimal", "respond-async", "wait=3"))
                .isEqualTo(new Preferences(true, Duration.ofSeconds(3)));
    }

    @Test
    void wait_no_longer_than_the_route_allows_P11() {
        Preferences ten = of("respond-async, wait=10");

        assertThat(ten.waitAtMost(Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
        assertThat(ten.waitAtMost(Duration.ofSeconds(30))).isEqualTo(Duration.ofSeconds(10));
        assertThat(Preferences.NONE.waitAtMost(Duration.ofSeconds(30))).isZero();
    }
}
