package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.client.KeyPlacement.Field;
import dev.reprise.client.KeyPlacement.QueryParameter;
import dev.reprise.client.KeyPlacement.Repeatability;
import dev.reprise.client.spi.RetryableRequest;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The key that a request already has is read as the server reads it (S1, C1). */
class KeyedRequestTest {
    private static final KeyPlacement FIELD = new Field("Idempotency-Key", true);

    private static RetryableRequest request(String uri, String field) {
        return new RetryableRequest("POST", URI.create(uri), name -> Optional.of(field), true);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"order-1, order-1", "\"order-1\", order-1", "\"\\\"a\\\\b\\\"\", `\"a\\b\"`"})
    void in_a_field_quotes_and_escapes_are_no_part_of_it_S1(String field, String key) {
        assertThat(KeyedRequest.given(request("http://x/charges", field), FIELD))
                .contains(new IdempotencyKey(key));
    }

    @Test
    void in_the_query_its_escapes_are_undone() {
        assertThat(KeyedRequest.given(request("http://x/charges?a=1&key=k%201&b=2", ""), new QueryParameter("key")))
                .contains(new IdempotencyKey("k 1"));
        assertThat(KeyedRequest.given(request("http://x/charges?a=1", ""), new QueryParameter("key")))
                .isEmpty();
    }

    @Test
    void a_new_one_goes_before_the_fragment() {
        KeyedRequest keyed = KeyedRequest.with(
                new IdempotencyKey("k 1"), request("http://x/charges#f", ""), new QueryParameter("key"), Instant.EPOCH);

        assertThat(keyed.uri()).isEqualTo(URI.create("http://x/charges?key=k+1#f"));
    }

    @Test
    void a_key_that_needs_quotes_is_refused_where_there_can_be_none() {
        for (KeyPlacement bare : new KeyPlacement[] {new Repeatability(), new Field("X-Key", false)}) {
            assertThatThrownBy(() ->
                            KeyedRequest.with(new IdempotencyKey("a,b"), request("http://x/", ""), bare, Instant.EPOCH))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("choose another key");
        }
    }
}
