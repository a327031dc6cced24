package dev.reprise.http;

/**
 * The names of the fields about keys.
 *
 * @param key the request field that carries the key
 * @param replayed the response field that marks a replay (S17)
 * @param documentation the page for callers without a key (S4)
 */
public record HttpNames(String key, String replayed, String documentation) {
    /** {@code Idempotency-Key}, {@code Idempotent-Replayed}, and the problem's own page. */
    public static final HttpNames DEFAULT =
            new HttpNames("Idempotency-Key", "Idempotent-Replayed", ProblemType.MISSING_KEY.type());

    /** The response field that says for how many more seconds a retry is replayed (S23). */
    public static final String RETENTION = "Idempotency-Retention";

    /** The response field that marks a replay without its body (S21). */
    public static final String BODY_OMITTED = "Idempotent-Body-Omitted";

    /**
     * The response field by which a handler declares its effect: {@code none} means that there was none, whatever the
     * status (S15). Not passed on.
     */
    public static final String EFFECT = "Idempotency-Effect";

    /**
     * The response field by which an answer says that the same request will always get it: {@code false}. Clients that Stainless
     * generates, and some others, repeat every 409 and 5xx without it.
     */
    public static final String SHOULD_RETRY = "X-Should-Retry";
}
