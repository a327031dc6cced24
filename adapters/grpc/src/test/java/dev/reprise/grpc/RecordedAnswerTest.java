package dev.reprise.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How an answer of gRPC is written down, byte for byte: records outlive releases. */
class RecordedAnswerTest {
    private static final Metadata.Key<byte[]> BINARY = Metadata.Key.of("detail-bin", Metadata.BINARY_BYTE_MARSHALLER);

    @Test
    void it_is_written_as_the_page_says() {
        Metadata headers = new Metadata();
        headers.put(MetadataFields.text("location"), "/charges/1");
        headers.put(BINARY, new byte[] {1, 2, 3, 4});
        Metadata trailers = new Metadata();
        trailers.put(MetadataFields.text("cost"), "5");
        Body message = Body.of("paid".getBytes(StandardCharsets.UTF_8));

        Response response = new RecordedAnswer(Status.OK.withDescription("ü%"), headers, message, trailers).response();

        assertThat(response)
                .isEqualTo(new Response(
                        200,
                        Headers.of("location", "/charges/1", "detail-bin", "AQIDBA"),
                        message,
                        Headers.of("grpc-status", "0", "grpc-message", "%C3%BC%25", "cost", "5")));
    }

    @Test
    void what_belongs_to_one_exchange_is_not_written_down_S18() {
        Metadata metadata = new Metadata();
        for (String name : new String[] {
            "date", "grpc-retry-pushback-ms", "idempotent-replayed", "idempotency-effect", "traceparent", "x-request-id"
        }) {
            metadata.put(MetadataFields.text(name), "1");
        }
        metadata.put(Metadata.Key.of("grpc-trace-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[] {1});
        // Not sent by the transport either.
        metadata.put(MetadataFields.text("odd"), "line\nbreak");

        Response response = new RecordedAnswer(Status.NOT_FOUND, metadata, Body.EMPTY, metadata).response();

        assertThat(response).isEqualTo(new Response(404, Headers.EMPTY, Body.EMPTY, Headers.of("grpc-status", "5")));
    }

    @ParameterizedTest
    @EnumSource
    void every_code_comes_back(Status.Code code) {
        Response response = new RecordedAnswer(code.toStatus(), new Metadata(), Body.EMPTY, new Metadata()).response();

        assertThat(RecordedAnswer.of(response).status().getCode()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "100 %", "%41", "ünïcode 😀", "line\r\nbreak\0"})
    void every_description_comes_back(String description) {
        assertThat(StatusMessage.encoded(description)).matches("[ -~]*");
        assertThat(StatusMessage.decoded(StatusMessage.encoded(description))).isEqualTo(description);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%4", "%zz", "a%"})
    void what_is_no_escape_stands_for_itself(String field) {
        assertThat(StatusMessage.decoded(field)).isEqualTo(field);
    }
}
