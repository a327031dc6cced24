package dev.reprise.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"amount":1000}                | {"amount":999}
            {"amount": 10, "other": 7}     | {"amount": 9, "other": 7}
            {"smallest":1,"amount":5}      | {"smallest":1,"amount":4}
            {"id":"a1","list":{"n":2}}     | {"id":"a1","list":{"n":1}}
            amount=1000&currency=eur       | amount=999&currency=eur
            """)
    void one_number_is_made_smaller_and_nothing_else_changes_S9(String text, String smaller) {
        assertThat(new Payload("text/plain", text).withSmallerNumber()).hasValue(new Payload("text/plain", smaller));
    }

    @Test
    void a_number_is_never_made_larger_or_less_than_one() {
        assertThat(new Payload("application/json", "{\"a\":1,\"b\":0,\"c\":-5,\"d\":\"5\",\"e\":1.5}")
                        .withSmallerNumber())
                .isEmpty();
    }
}
