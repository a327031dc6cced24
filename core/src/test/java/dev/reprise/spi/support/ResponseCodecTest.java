package dev.reprise.spi.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Responses as bytes (S7, S21). */
class ResponseCodecTest {
    private static final Response WHOLE = new Response(
            201,
            Headers.of("X-Twice", "one", "x-twice", "", "Location", "/charges/\u00e9"),
            Body.of(new byte[] {0, -1, 13, 10}),
            Headers.of("X-Checksum", "abc"));

    @Test
    void come_back_as_they_were() {
        for (Response response : List.of(
                WHOLE,
                WHOLE.withBody(Body.EMPTY),
                WHOLE.withBody(Body.OMITTED),
                new Response(599, Headers.EMPTY, Body.of(new byte[100_000])))) {
            assertThat(ResponseCodec.decode(ResponseCodec.encode(response))).isEqualTo(response);
        }
    }

    /** A format, once released, is read for ever. */
    @Test
    void of_the_first_format_are_read() {
        byte[] first = HexFormat.of()
                .parseHex("0100c9" + "00000002" + "00000001" + "61" + "00000002" + "6263" + "00000000" + "00"
                        + "00000002" + "6869");

        assertThat(ResponseCodec.decode(first))
                .isEqualTo(new Response(201, Headers.of("a", "bc"), Body.of("hi".getBytes(UTF_8))));
    }

    @Test
    void that_are_cut_off_or_of_a_newer_release_are_refused_and_cost_no_memory() {
        byte[] bytes = ResponseCodec.encode(WHOLE);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> ResponseCodec.decode(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        byte[] newer = bytes.clone();
        newer[0] = 99;
        assertThatThrownBy(() -> ResponseCodec.decode(newer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("format 99");
        byte[] huge = bytes.clone();
        Arrays.fill(huge, 3, 7, (byte) 0x7f);
        assertThatThrownBy(() -> ResponseCodec.decode(huge)).isInstanceOf(IllegalArgumentException.class);
    }
}
