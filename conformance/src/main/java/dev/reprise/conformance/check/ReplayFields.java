package dev.reprise.conformance.check;

import java.util.List;
import java.util.Set;

/** Which header fields come again with a replay (S18). Names are in lower case. */
final class ReplayFields {
    /** What a client works with; losing one of these loses the result. */
    private static final Set<String> RESULT = Set.of(
            "content-encoding",
            "content-language",
            "content-location",
            "content-type",
            "etag",
            "last-modified",
            "link",
            "location");

    static final Set<String> REQUEST_IDS = Set.of(
            "correlation-id",
            "request-id",
            "traceparent",
            "x-amzn-requestid",
            "x-amzn-trace-id",
            "x-cloud-trace-context",
            "x-correlation-id",
            "x-request-id",
            "x-trace-id");

    /** Those that belong to one exchange or one hop, so nobody expects them again. */
    private static final Set<String> ONE_EXCHANGE = Set.of(
            "age",
            "alt-svc",
            "connection",
            "content-length",
            "date",
            "idempotency-retention",
            "idempotent-replayed",
            "keep-alive",
            "nel",
            "proxy-connection",
            "report-to",
            "server-timing",
            "set-cookie",
            "stripe-should-retry",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "vary",
            "via",
            "x-runtime",
            "x-should-retry",
            "x-response-time");

    private static final List<String> ONE_EXCHANGE_PREFIXES =
            List.of("access-control-", "cf-", "ratelimit", "x-b3-", "x-cache", "x-rate-limit", "x-ratelimit");

    private ReplayFields() {}

    /** Those that describe the result. */
    static boolean areResult(String name) {
        return RESULT.contains(name);
    }

    /** All others that do not belong to one exchange. */
    static boolean areOthers(String name) {
        return !RESULT.contains(name)
                && !REQUEST_IDS.contains(name)
                && !ONE_EXCHANGE.contains(name)
                && ONE_EXCHANGE_PREFIXES.stream().noneMatch(name::startsWith);
    }
}
