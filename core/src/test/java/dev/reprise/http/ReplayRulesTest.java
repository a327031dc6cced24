package dev.reprise.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S18. */
class ReplayRulesTest {
    private static Headers recorded(String... headers) {
        return ReplayRules.recordable(new Response(200, Headers.of(headers), Body.EMPTY))
                .headers();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Date",
                "Set-Cookie",
                "set-cookie2",
                "Connection",
                "Keep-Alive",
                "Proxy-Authenticate",
                "Proxy-Connection",
                "TE",
                "Trailer",
                "Transfer-Encoding",
                "Upgrade",
                "Content-Length",
                "Access-Control-Allow-Origin",
                "Access-Control-Expose-Headers",
                "RateLimit",
                "RateLimit-Remaining",
                "X-RateLimit-Reset",
                "X-Rate-Limit-Limit",
                "X-Request-Id",
                "Request-Id",
                "X-Correlation-Id",
                "traceparent",
                "X-B3-TraceId",
                "X-Amzn-Trace-Id",
                "Server-Timing",
                "Age",
                "Via",
            })
    void what_belongs_to_one_exchange_is_not_recorded(String name) {
        assertThat(recorded(name, "x", "ETag", "\"1\"")).isEqualTo(Headers.of("ETag", "\"1\""));
    }

    @Test
    void what_the_route_keeps_from_records_is_not_recorded_either() {
        Response response = new Response(
                200, Headers.of("X-Token", "1", "x-TOKEN", "2", "ETag", "3"), Body.EMPTY, Headers.of("X-Token", "4"));

        assertThat(ReplayRules.recordable(response, Set.of("x-token")))
                .isEqualTo(new Response(200, Headers.of("ETag", "3"), Body.EMPTY, Headers.EMPTY));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Location",
                "ETag",
                "Content-Type",
                "Content-Encoding",
                "Content-Language",
                "Cache-Control",
                "Last-Modified",
                "Link",
                "Retry-After",
                "Vary",
                "WWW-Authenticate",
                "X-Anything",
            })
    void the_rest_is_recorded(String name) {
        assertThat(recorded(name, "x")).isEqualTo(Headers.of(name, "x"));
    }

    @Test
    void fields_named_by_connection_belong_to_the_hop() {
        assertThat(recorded("Connection", "close, X-Hop", "x-hop", "1", "X-End", "2"))
                .isEqualTo(Headers.of("X-End", "2"));
    }

    @Test
    void status_body_and_trailers_are_recorded_as_they_are() {
        Response response =
                new Response(404, Headers.of("Date", "now"), Body.of(new byte[] {1}), Headers.of("X-Checksum", "1"));

        assertThat(ReplayRules.recordable(response)).isEqualTo(response.withHeaders(Headers.EMPTY));
    }

    @Test
    void only_streams_of_events_have_no_end_S21() {
        assertThat(ReplayRules.isEndless("text/event-stream")).isTrue();
        assertThat(ReplayRules.isEndless("Text/Event-Stream; charset=utf-8")).isTrue();
        assertThat(ReplayRules.isEndless("text/plain")).isFalse();
        assertThat(ReplayRules.isEndless(null)).isFalse();
    }
}
