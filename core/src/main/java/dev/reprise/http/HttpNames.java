package dev.reprise.http;

/**
 * The names under which a server speaks of keys.
 *
 * @param key the request field that carries the key
 * @param replayed the response field that marks a replay (S17)
 * @param documentation where a caller without a key is sent (S4)
 */
public record HttpNames(String key, String replayed, String documentation) {
    /** {@code Idempotency-Key}, {@code Idempotent-Replayed}, and the problem's own page. */
    public static final HttpNames DEFAULT =
            new HttpNames("Idempotency-Key", "Idempotent-Replayed", Problem.MISSING_KEY.type());

    /** The response field that advertises for how many more seconds a retry is replayed (S23). */
    public static final String RETENTION = "Idempotency-Retention";

    /** The response field that marks a replay without its body (S21). */
    public static final String BODY_OMITTED = "Idempotent-Body-Omitted";

    /**
     * The response field by which a handler declares what it did: {@code none} says that there was no effect, whatever
     * the status (S15). Not passed on.
     */
    public static final String EFFECT = "Idempotency-Effect";
}
