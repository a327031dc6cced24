package dev.reprise.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyKey;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading keys from fields: S1, S2 and S3. */
class KeyFieldTest {
    private static final int TRIES = 500;

    private static KeyField parse(String line) {
        return KeyField.parse(List.of(line));
    }

    private static KeyField present(String key) {
        return new KeyField.Present(new IdempotencyKey(key));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "\"k\"                          | k",
                "k                              | k",
                "'  k\t'                        | k",
                "\"8e03978e-40d5-43dd-bc93\"    | 8e03978e-40d5-43dd-bc93",
                "8e03978e-40d5-43dd-bc93        | 8e03978e-40d5-43dd-bc93",
                "\"a b,c;d\"                    | a b,c;d",
                "\"say \\\"hi\\\" \\\\o/\"      | say \"hi\" \\o/",
                "\"k\";a                        | k",
                "\"k\";a=1;  b=\"x;y\";c=?1     | k",
                "\"k\";*a_b-c.d=tok/en:x        | k",
                "K                              | K",
                "'key=with=equals'              | key=with=equals",
                "a\\b                           | a\\b",
            })
    void quoted_and_bare_keys_name_the_same_operation_S1(String field, String key) {
        assertThat(parse(field)).isEqualTo(present(key));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "\"\"",
                "\"",
                "\"k",
                "\"k\\\"",
                "\"k\\",
                "\"k\\n\"",
                "\"kü\"",
                "\"k\u007f\"",
                "\"k\tb\"",
                "\"k\"x",
                "\"k\" ;a",
                "\"k\";",
                "\"k\";A",
                "\"k\";1=2",
                "\"k\";a=",
                "\"k\";a=\"x",
                "\"k\", \"l\"",
                "k,l",
                "k;l",
                "k l",
                "k\"l",
                "ü",
                "k\u007f",
            })
    void malformed_keys_are_refused_with_a_reason_S2(String field) {
        assertThat(parse(field))
                .isInstanceOfSatisfying(
                        KeyField.Malformed.class,
                        malformed -> assertThat(malformed.detail()).isNotBlank().isPrintable());
    }

    @Test
    void the_length_that_counts_is_that_of_the_key_itself_S2() {
        assertThat(parse("k".repeat(255))).isEqualTo(present("k".repeat(255)));
        assertThat(parse("\"" + "\\\"".repeat(255) + "\"")).isEqualTo(present("\"".repeat(255)));
        assertThat(parse("k".repeat(256))).isInstanceOf(KeyField.Malformed.class);
        assertThat(parse("\"" + "k".repeat(256) + "\"")).isInstanceOf(KeyField.Malformed.class);
    }

    @Test
    void two_field_lines_are_refused_even_if_equal_S2() {
        assertThat(KeyField.parse(List.of("k", "k"))).isInstanceOf(KeyField.Malformed.class);
    }

    @Test
    void no_field_line_is_no_key() {
        assertThat(KeyField.parse(List.of())).isEqualTo(new KeyField.Absent());
    }

    @Test
    void a_refusal_names_the_character_S2() {
        assertThat(parse("ab;c"))
                .isEqualTo(new KeyField.Malformed("Character 3 of the key is not allowed without quotes"));
    }

    @Test
    void a_key_that_is_taken_as_it_is_holds_quotes_and_no_space_S2() {
        assertThat(KeyField.parseVerbatim(List.of(" \"a\" "))).isEqualTo(present("\"a\""));
        assertThat(KeyField.parseVerbatim(List.of("~"))).isEqualTo(present("~"));
        assertThat(KeyField.parseVerbatim(List.of("a b"))).isInstanceOf(KeyField.Malformed.class);
        assertThat(KeyField.parseVerbatim(List.of("\u007f"))).isInstanceOf(KeyField.Malformed.class);
        assertThat(KeyField.parseVerbatim(List.of())).isEqualTo(new KeyField.Absent());
        assertThat(KeyField.parseVerbatim(List.of("a", "b"))).isInstanceOf(KeyField.Malformed.class);
    }

    @Test
    void the_key_is_case_sensitive_S3() {
        assertThat(parse("k")).isNotEqualTo(parse("K"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatever_comes_in_is_either_a_valid_key_or_malformed(long seed) {
        RandomText random = new RandomText(seed);
        for (int i = 0; i < TRIES; i++) {
            assertThat(parse(random.between('\0', '\uffff', 0, 300))).isNotInstanceOf(KeyField.Absent.class);
            assertThat(parse("\"" + random.between('\u001e', '\u0080', 0, 300))).isNotInstanceOf(KeyField.Absent.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void every_printable_key_survives_quoting_S1(long seed) {
        RandomText random = new RandomText(seed);
        for (int i = 0; i < TRIES; i++) {
            String key = random.between(' ', '~', 1, IdempotencyKey.MAX_LENGTH);
            String quoted = "\"" + key.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";

            assertThat(parse(quoted)).isEqualTo(present(key));
        }
    }
}
