package dev.reprise.http;

import dev.reprise.Headers;
import dev.reprise.Response;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which fields of a response belong to one exchange and which to the operation (S18). */
public final class ReplayRules {
    /** Fields between two hops, which a proxy never passes on (RFC 9110, section 7.6.1). */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private static final Set<String> ONE_EXCHANGE = Set.of(
            "age",
            "content-length",
            "correlation-id",
            "date",
            "ratelimit",
            "request-id",
            "server-timing",
            "set-cookie",
            "set-cookie2",
            "traceparent",
            "tracestate",
            "via",
            "x-amzn-requestid",
            "x-amzn-trace-id",
            "x-cloud-trace-context",
            "x-correlation-id",
            "x-request-id",
            "x-trace-id");

    private static final List<String> ONE_EXCHANGE_PREFIXES =
            List.of("access-control-", "ratelimit-", "x-b3-", "x-rate-limit-", "x-ratelimit-");

    private static final String EVENTS = "text/event-stream";

    private ReplayRules() {}

    /** The response as a record keeps it: without the fields that are never replayed. */
    public static Response recordable(Response response) {
        return recordable(response, Set.of());
    }

    /** The same without further fields and trailers, given in lower case; see {@link Unrecorded#recordable}. */
    static Response recordable(Response response, Set<String> unrecorded) {
        Predicate<String> hopByHop = hopByHop(response.headers());
        Response kept = response.withHeaders(response.headers().filter((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            return !hopByHop.test(lower) && !belongsToOneExchange(lower) && !unrecorded.contains(lower);
        }));
        return unrecorded.isEmpty()
                ? kept
                : kept.withTrailers(
                        kept.trailers().filter((name, value) -> !unrecorded.contains(name.toLowerCase(Locale.ROOT))));
    }

    /** The fields without the hop-by-hop ones, those that {@code Connection} names included. */
    public static Headers endToEnd(Headers headers) {
        Predicate<String> hopByHop = hopByHop(headers);
        return headers.filter((name, value) -> !hopByHop.test(name.toLowerCase(Locale.ROOT)));
    }

    /** Asks by names in lower case. */
    private static Predicate<String> hopByHop(Headers headers) {
        if (headers.first("Connection").isEmpty()) {
            return HOP_BY_HOP::contains;
        }
        Set<String> named = new HashSet<>(HOP_BY_HOP);
        for (String line : headers.all("Connection")) {
            for (String option : line.split(",", -1)) {
                named.add(option.strip().toLowerCase(Locale.ROOT));
            }
        }
        return named::contains;
    }

    /** Whether a response of that media type has no end to wait for, and is recorded without its body (S21). */
    public static boolean isEndless(@Nullable String contentType) {
        return contentType != null && contentType.regionMatches(true, 0, EVENTS, 0, EVENTS.length());
    }

    private static boolean belongsToOneExchange(String lower) {
        if (ONE_EXCHANGE.contains(lower)) {
            return true;
        }
        for (String prefix : ONE_EXCHANGE_PREFIXES) {
            if (lower.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
