package dev.reprise.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyKey;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S1: what stands behind a quoted key is ignored, and is parameters by RFC 9651, sections 3.1.2 and 3.3, all the same. */
class KeyParametersTest {
    /** The grammar of RFC 9651 as an expression, so that the parser is not compared with itself. */
    private static final String VALUE = "(?:-?[0-9]{1,15}|-?[0-9]{1,12}\\.[0-9]{1,3}"
            + "|\"(?:[ !#-\\[\\]-~]|\\\\[\"\\\\])*\""
            + "|[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*"
            + "|:(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?:"
            + "|\\?[01]|@-?[0-9]{1,15}"
            + "|%\"(?:[ !#$&-~]|%[0-7][0-9a-f])*\")";

    private static final Pattern PARAMETERS = Pattern.compile("(?:; *[a-z*][a-z0-9_.*-]*(?:=" + VALUE + ")?)*");

    private static KeyField parse(String behind) {
        return KeyField.parse(List.of("\"k\"" + behind));
    }

    private static void assertIgnored(String behind) {
        assertThat(parse(behind)).isEqualTo(new KeyField.Present(new IdempotencyKey("k")));
    }

    private static void assertRefused(String behind) {
        assertThat(parse(behind))
                .isInstanceOfSatisfying(
                        KeyField.Malformed.class,
                        malformed -> assertThat(malformed.detail()).isNotBlank().isPrintable());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Nothing is true.
                "",
                ";a",
                ";a;b",
                ";  a",
                ";*",
                ";a1_-.*",
                ";a;a=1",
                // Integers, section 3.3.1.
                ";a=0",
                ";a=-0",
                ";a=00",
                ";a=1",
                ";a=-999999999999999",
                ";a=999999999999999",
                // Decimals, section 3.3.2.
                ";a=0.0",
                ";a=-1.5",
                ";a=123456789012.125",
                ";a=00.100",
                // Strings, section 3.3.3.
                ";a=\"\"",
                ";a=\"x;y=\\\"z\\\\\"",
                ";a=\" ~\"",
                // Tokens, section 3.3.4.
                ";a=t",
                ";a=T",
                ";a=*",
                ";a=a1:b/c!#$%&'*+-.^_`|~",
                // Byte sequences, section 3.3.5, also without their padding (section 4.2.7).
                ";a=::",
                ";a=:aGVsbG8=:",
                ";a=:aGVsbG8:",
                ";a=:aA==:",
                ";a=:aA:",
                ";a=:+/+/:",
                ";a=:iZ==:",
                // Booleans, section 3.3.6.
                ";a=?0",
                ";a=?1",
                // Dates, section 3.3.7.
                ";a=@0",
                ";a=@1659578233",
                ";a=@-62135596800",
                // Display strings, section 3.3.8.
                ";a=%\"\"",
                ";a=%\"This is intended for display to %c3%bcsers.\"",
                ";a=%\"back\\slash\"",
                ";a=%\"%00%22%25%f0%9f%98%80\"",
                // One after the other.
                ";a=1;b=\"x\"; c=?1;d=t;e=@1;f=:AA==:;g=%\"x\";h=1.5",
            })
    void parameters_of_every_type_are_ignored_S1(String behind) {
        assertIgnored(behind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Names.
                ";",
                "; ",
                ";;",
                ";a;",
                ";A",
                ";1",
                ";-a",
                ";_a",
                ";aA",
                ";a b",
                ";\ta",
                " ;a",
                ";a ;b",
                ";a =1",
                ";a= 1",
                ";a=",
                ";a=;b",
                ";a=1 ;b",
                // Integers.
                ";a=-",
                ";a=--1",
                ";a=+1",
                ";a=1-",
                ";a=1a",
                ";a=0x1",
                ";a=1e3",
                ";a=1000000000000000",
                ";a=-1000000000000000",
                // Decimals.
                ";a=1.",
                ";a=.1",
                ";a=-.1",
                ";a=1.1.1",
                ";a=1..1",
                ";a=1.1234",
                ";a=1234567890123.1",
                ";a=1.1e1",
                // Strings.
                ";a=\"",
                ";a=\"x",
                ";a=\"\\",
                ";a=\"\\x\"",
                ";a=\"\u007f\"",
                ";a=\"\t\"",
                ";a=\"\u00fc\"",
                ";a=\"x\"y",
                ";a='x'",
                // Tokens.
                ";a=!x",
                ";a=:x",
                ";a=/x",
                ";a=a=b",
                ";a=a(b",
                ";a=a@b",
                ";a=a\\b",
                ";a=a\"b",
                ";a=a,b",
                ";a=\u00fc",
                // Byte sequences.
                ";a=:",
                ";a=:aGVsbG8=",
                ";a=:a:",
                ";a=:=:",
                ";a=:=aGVsbG8:",
                ";a=:aG=VsbG8:",
                ";a=:aGVsbG8==:",
                ";a=:aGVsbG8===:",
                ";a=:aA=:",
                ";a=:aA==aA==:",
                ";a=:aGVs bG8=:",
                ";a=:_-Ah:",
                ";a=:aGVsbG8.:",
                ";a=:\u00fc:",
                ";a=:AA==:x",
                // Booleans.
                ";a=?",
                ";a=?2",
                ";a=?true",
                ";a=?T",
                ";a=?10",
                // Dates.
                ";a=@",
                ";a=@-",
                ";a=@x",
                ";a=@1.0",
                ";a=@1000000000000000",
                ";a=@\"1\"",
                // Display strings.
                ";a=%",
                ";a=%x",
                ";a=%\"",
                ";a=%\"x",
                ";a=%'x'",
                ";a=%\"%\"",
                ";a=%\"%2\"",
                ";a=%\"%C3%BC\"",
                ";a=%\"%c3\"",
                ";a=%\"%c3%28\"",
                ";a=%\"%c0%af\"",
                ";a=%\"%ed%a0%80\"",
                ";a=%\"%f4%90%80%80\"",
                ";a=%\"\u00fc\"",
                ";a=%\"\t\"",
                ";a=%\"x\"y",
                // Inner lists and lists are for other places.
                ";a=()",
                ";a=(1)",
                ";a=1,b",
                ", \"l\"",
            })
    void what_is_no_parameter_makes_the_key_malformed_S2(String behind) {
        assertRefused(behind);
    }

    private static String nearlyParameters(RandomText random) {
        return ";a="
                + switch (random.below(7)) {
                    case 0 -> random.of("; a=*1-.", 10);
                    case 1 -> random.of("0123456789-.", 20);
                    case 2 -> ":" + random.of(":aA0+/=", 12) + ":";
                    case 3 -> "%\"" + random.of("%\"abcdef0123456789 ~\\", 12) + "\"";
                    case 4 -> "\"" + random.of("\"\\a; ~", 8) + "\"";
                    case 5 -> random.of("?@01-.t", 5);
                    default -> random.between(' ', '~', 0, 8);
                };
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void exactly_what_the_grammar_says_is_ignored_S1(long seed) {
        RandomText random = new RandomText(seed);
        for (int i = 0; i < 5_000; i++) {
            assertByTheGrammar(nearlyParameters(random));
        }
    }

    private static void assertByTheGrammar(String behind) {
        // Escapes of more than ASCII are in the tables: an expression that tells UTF-8 would not be simpler than a
        // parser.
        if (behind.matches(".*%[89a-f][0-9a-f].*")) {
            return;
        }
        if (PARAMETERS.matcher(behind.replaceAll(" +$", "")).matches()) {
            assertIgnored(behind);
        } else {
            assertRefused(behind);
        }
    }
}
