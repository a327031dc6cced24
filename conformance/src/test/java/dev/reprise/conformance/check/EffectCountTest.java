package dev.reprise.conformance.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.reprise.conformance.EffectQuery;
import dev.reprise.conformance.wire.WireResponse;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EffectCountTest {
    private static final URI ADDRESS = URI.create("http://127.0.0.1/ledger");
    private static final String LEDGER =
            "{\"total\":7,\"entries\":[{\"of\":\"a\",\"n\":1},{\"of\":\"b\",\"n\":2}],\"words\":\"no\",\"none\":[]}";

    private static OptionalLong count(String pointer, String body) {
        return EffectCount.of(new EffectQuery(ADDRESS, pointer), new WireResponse(200, List.of(), body, Duration.ZERO));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/total | 7",
                "/entries | 2",
                "$.total | 7",
                "$.entries | 2",
                "$.entries[?(@.of == 'b')] | 1",
                "$.entries[?(@.of == 'c')] | 0",
                "$..n | 2",
                "$.none | 0"
            })
    void a_pointer_or_a_path_leads_to_a_number_or_to_what_is_counted(String pointer, long expected) {
        assertThat(count(pointer, LEDGER)).hasValue(expected);
    }

    @ParameterizedTest
    @CsvSource({"/words", "/missing", "$.words", "$.missing"})
    void what_is_neither_is_no_count(String pointer) {
        assertThat(count(pointer, LEDGER)).isEmpty();
        assertThat(count(pointer, "no JSON")).isEmpty();
        assertThat(count(pointer, "")).isEmpty();
    }

    @Test
    void what_is_no_path_is_refused_at_once() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EffectQuery(ADDRESS, "$.entries[?"))
                .withMessageContaining("no JSONPath");
        assertThatIllegalArgumentException().isThrownBy(() -> new EffectQuery(ADDRESS, "entries"));
    }
}
