package dev.reprise.client;

/**
 * How many retries a host gets: a bucket of tokens. Each failure takes one, each success gives a part of one back
 * (C6).
 *
 * <p>Over any time there are at most {@code capacity + refund · successes} retries: a host that is down is not
 * hammered, and a healthy one gets at most {@code refund} retries per call. The functions are pure; the caller keeps
 * the tokens.
 *
 * @param capacity the tokens in a full bucket; each host starts with one
 * @param refund what a success gives back, in tokens
 */
public record RetryBudget(double capacity, double refund) {
    /** @throws IllegalArgumentException if the capacity is below 1, or the refund is negative, or over the capacity */
    public RetryBudget {
        if (!(capacity >= 1)) {
            throw new IllegalArgumentException("capacity is at least 1 token, not " + capacity);
        }
        if (!(refund >= 0)) {
            throw new IllegalArgumentException("refund is at least 0 tokens, not " + refund);
        }
        if (refund > capacity) {
            throw new IllegalArgumentException(
                    "refund (" + refund + ") is more than capacity (" + capacity + ") has room for");
        }
    }

    /** Allows every retry. */
    public static RetryBudget unlimited() {
        return new RetryBudget(Double.POSITIVE_INFINITY, 0);
    }

    /** Whether these tokens pay for one more retry. */
    public boolean pays(double tokens) {
        return tokens >= 1;
    }

    /** The tokens after a failure. */
    public double afterFailure(double tokens) {
        return Math.max(0, tokens - 1);
    }

    /** The tokens after a success. */
    public double afterSuccess(double tokens) {
        return Math.min(capacity, tokens + refund);
    }
}
