package dev.reprise.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyKey;
import dev.reprise.http.PathReading;
import dev.reprise.http.PathReading.Ambiguity;
import dev.reprise.http.PathReading.Treatment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReconcileTargetTest {
    private static final ReconcileTarget BY_PATH = ReconcileTarget.parse("GET /charges/by-key/{key}");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "k-1_2.3~4 | k-1_2.3~4",
                "a b | a%20b",
                "a?b#c | a%3Fb%23c",
                "\"a,b=&\" | %22a%2Cb%3D%26%22",
                "50% | 50%25"
            })
    void has_the_key_in_its_path_with_everything_encoded(String key, String encoded) {
        assertThat(BY_PATH.with(new IdempotencyKey(key), PathReading.DEFAULT)).contains("/charges/by-key/" + encoded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "a/../../admin", "a/b", "a\\b", "a;b", "%2e%2e", "%00"})
    void is_none_where_the_key_could_lead_to_another_path_S31(String key) {
        assertThat(BY_PATH.with(new IdempotencyKey(key), PathReading.DEFAULT)).isEmpty();
    }

    @Test
    void has_such_a_key_in_the_path_where_the_service_is_known_to_read_it_as_it_is_S31() {
        PathReading reading = PathReading.DEFAULT.with(Ambiguity.ENCODED_SLASH, Treatment.LITERAL);

        assertThat(BY_PATH.with(new IdempotencyKey("a/b"), reading)).contains("/charges/by-key/a%2Fb");
    }

    @Test
    void has_every_key_in_a_query() {
        assertThat(new ReconcileTarget("/charges?x=1&key={key}")
                        .with(new IdempotencyKey("../a&b=c+d"), PathReading.DEFAULT))
                .contains("/charges?x=1&key=..%2Fa%26b%3Dc%2Bd");
    }
}
