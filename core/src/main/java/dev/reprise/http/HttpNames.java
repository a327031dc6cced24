package dev.reprise.http;

import org.jspecify.annotations.Nullable;

/**
 * The names of the fields about keys.
 *
 * @param key the request field that carries the key
 * @param replayed the response field that marks a replay (S17)
 * @param documentation the page for callers without a key (S4)
 * @param policyAt the path at which programs read what each route promises, as in {@code /.well-known/idempotency}; null if
 *     nowhere
 * @param ignored the response field that says {@code ignored} where a request has a key and no protection; null if nothing does
 */
public record HttpNames(
        String key,
        String replayed,
        String documentation,
        @Nullable String policyAt,
        @Nullable String ignored) {
    /** {@code Idempotency-Key}, {@code Idempotent-Replayed}, and the problem's own page. */
    public static final HttpNames DEFAULT =
            new HttpNames("Idempotency-Key", "Idempotent-Replayed", ProblemType.MISSING_KEY.type(), null, null);

    /** @throws IllegalArgumentException if the path is none */
    public HttpNames {
        if (policyAt != null && !policyAt.startsWith("/")) {
            throw new IllegalArgumentException(
                    "What routes promise is read at a path, as in /.well-known/idempotency, and not at " + policyAt);
        }
    }

    /** These names with another request field for keys. */
    public HttpNames withKey(String changed) {
        return new HttpNames(changed, replayed, documentation, policyAt, ignored);
    }

    /** The response field that says for how many more seconds a retry is replayed (S23). */
    public static final String RETENTION = "Idempotency-Retention";

    /** The response field that marks a replay without its body (S21). */
    public static final String BODY_OMITTED = "Idempotent-Body-Omitted";

    /** The response field that marks a replay in whose body members have lost their values, which the route keeps from records (S18). */
    public static final String MEMBERS_OMITTED = "Idempotent-Members-Omitted";

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
