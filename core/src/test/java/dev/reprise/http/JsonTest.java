package dev.reprise.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Canonical JSON (RFC 8785) and the strictness of the reader, which S11 rests on. */
class JsonTest {
    private static Optional<Json> read(String text) {
        return JsonReader.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String canonical(String text) {
        return read(text).orElseThrow().canonical();
    }

    @Test
    void members_are_sorted_by_utf16_and_white_space_goes_away() {
        assertThat(canonical(" { \"b\" : [ 1 , true , null ] , \"a\" : { \"\u20ac\" : 1, \"\\r\" : 2, \"1\":3 } } "))
                .isEqualTo("{\"a\":{\"\\r\":2,\"1\":3,\"\u20ac\":1},\"b\":[1,true,null]}");
        assertThat(canonical(" [ { } , [ ] , {\"a\" : [ { } ] } ] ")).isEqualTo("[{},[],{\"a\":[{}]}]");
        // The emoji sorts by its surrogates, before U+FB33, although its code point is greater.
        assertThat(canonical("{\"\ufb33\":1,\"\ud83d\ude00\":2}")).isEqualTo("{\"\ud83d\ude00\":2,\"\ufb33\":1}");
    }

    @Test
    void texts_are_escaped_as_little_as_possible() {
        assertThat(canonical("\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\""))
                .isEqualTo("\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
    }

    /** Among them samples of appendix B of RFC 8785. */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "-0.0e5, 0",
        "1, 1",
        "1.0, 1",
        "10e-1, 1",
        "100, 100",
        "-1.50, -1.5",
        "5e-324, 5e-324",
        "-5e-324, -5e-324",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        "9007199254740992, 9007199254740992",
        "295147905179352830000, 295147905179352830000",
        "9.999999999999997e22, 9.999999999999997e+22",
        "1e23, 1e+23",
        "1e21, 1e+21",
        "999999999999999900000, 999999999999999900000",
        "999999999999999700000, 999999999999999700000",
        "333333333.3333332, 333333333.3333332",
        "0.000001, 0.000001",
        "3.3333333333333333e-6, 0.0000033333333333333333",
        "0.0000001, 1e-7",
        "1.2e-7, 1.2e-7",
        "333333333.33333325, 333333333.33333325",
        "1424953923781206.2, 1424953923781206.2",
        "4.50, 4.5",
        "2e-3, 0.002",
        "1E30, 1e+30",
        "123456.789, 123456.789"
    })
    void numbers_are_written_as_ecmascript_does(String literal, String expected) {
        assertThat(canonical(literal)).isEqualTo(expected);
    }

    @Test
    void numbers_that_no_double_stands_for_stay_apart() {
        assertThat(canonical("9007199254740993"))
                .isEqualTo("9007199254740993e0")
                .isNotEqualTo(canonical("9007199254740992"));
        assertThat(canonical("10000000000000000000000001"))
                .isNotEqualTo(canonical("10000000000000000000000002"))
                .isNotEqualTo(canonical("1e25"));
        assertThat(canonical("1e999999999")).isNotEqualTo(canonical("1e999999998"));
        assertThat(canonical("1e-999999999")).isNotEqualTo(canonical("0"));
        assertThat(canonical("12345678901234567890.10")).isEqualTo(canonical("12345678901234567890.1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1",
                "[1,]",
                "{\"a\":1,}",
                "{\"a\"}",
                "{a:1}",
                "'a'",
                "01",
                "+1",
                "1.",
                ".5",
                "1e",
                "NaN",
                "Infinity",
                "nul",
                "truE",
                "\"open",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\uFF\u0661\u0661\"",
                "\"tab\t\"",
                "\"\\ud800\"",
                "\"\\udc00\\ud800\"",
                "1 2",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1,\"\\u0061\":2}",
                "\ufeff{}",
                "1e1234567890"
            })
    void what_is_not_strict_json_is_not_read(String text) {
        assertThat(read(text)).isEmpty();
    }

    @Test
    void bytes_that_are_not_utf8_are_not_read() {
        assertThat(JsonReader.read(new byte[] {'"', (byte) 0xff, '"'})).isEmpty();
        assertThat(JsonReader.read(new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'}))
                .isEmpty();
    }

    @Test
    void depth_and_length_of_numbers_are_bounded() {
        assertThat(read("[".repeat(200) + "]".repeat(200))).isPresent();
        assertThat(read("[".repeat(100_000) + "]".repeat(100_000))).isEmpty();
        assertThat(read("9".repeat(1_000))).isPresent();
        assertThat(read("9".repeat(1_001))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            nullValues = "-",
            value = {
                "/a/b {\"c\":[1,2]}",
                "/a/b/c/1 2",
                "/a/b/c/2 -",
                "/a/b/c/01 -",
                "/a/x -",
                "/m~1n~0 3",
                "/ 4",
                "/a/b/c/- -"
            })
    void pointers_lead_to_values(String pointer, String expected) {
        Json json = read("{\"a\":{\"b\":{\"c\":[1,2]}},\"m/n~\":3,\"\":4}").orElseThrow();

        assertThat(json.at(pointer).map(Json::canonical)).isEqualTo(Optional.ofNullable(expected));
        assertThat(json.at("")).contains(json);
    }
}
