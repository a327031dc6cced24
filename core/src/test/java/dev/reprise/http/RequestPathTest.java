package dev.reprise.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The form in which paths are compared (RFC 3986, section 6.2.2). */
class RequestPathTest {
    private static final int TRIES = 500;

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "/v1/charges,/v1/charges",
                "/v1/%63harges,/v1/charges",
                "/%7Ealice/%2D%5f%2E,/~alice/-_.",
                "/a%3ab%40%24%2c%21,/a:b@$!",
                "/a%2fb%5c%3b%25,/a%2Fb%5C%3B%25",
                "/a;b,/a;b",
                "/a b\"<>^`{|},/a%20b%22%3C%3E%5E%60%7B%7C%7D",
                "/caf\u00e9,/caf%C3%A9",
                "/\ud83d\ude00,/%F0%9F%98%80",
                "/\\,/%5C",
                "//./..,//./..",
                "/%2e%2E,/..",
                "/%00%1f%7f%ff,/%00%1F%7F%FF",
                "/%2563,/%2563",
                "/%25%36%33,/%2563",
                "/%zz%,/%25zz%25",
                "/%%33%30,/%2530",
                "*,*",
            })
    void has_one_spelling(String sent, String normal) {
        String expected = normal.equals("/a:b@$!") ? "/a:b@$,!" : normal;
        assertThat(RequestPath.sent(sent)).hasToString(expected).isEqualTo(RequestPath.sent(expected));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void the_normal_form_of_the_normal_form_is_itself(long seed) {
        RandomText random = new RandomText(seed);
        for (int i = 0; i < TRIES; i++) {
            String normal = RequestPath.sent("/" + random.between('\0', '\u0100', 0, 12))
                    .normal();

            assertThat(RequestPath.sent(normal).normal()).isEqualTo(normal);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void a_decoded_path_has_the_form_of_any_of_its_encodings(long seed) {
        RandomText random = new RandomText(seed);
        for (int i = 0; i < TRIES; i++) {
            String segment =
                    (random.between(' ', '~', 0, 20) + random.between('\u00a1', '\u2000', 0, 20)).replace("/", "");
            StringBuilder encoded = new StringBuilder();
            for (byte octet : segment.getBytes(StandardCharsets.UTF_8)) {
                encoded.append(String.format("%%%02x", octet));
            }

            assertThat(RequestPath.sent("/" + encoded)).isEqualTo(RequestPath.decoded("/" + segment));
        }
    }
}
