package dev.reprise.outbox;

import dev.reprise.client.RetryAfter;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an answer that decides nothing says about asking again.
 *
 * @param notBefore how long the server wants to be left alone (C4)
 * @param remembered how much longer it knows the key (C7); null if it does not say
 */
record Advice(Duration notBefore, @Nullable Duration remembered) {
    /** That of no answer at all. */
    static final Advice NONE = new Advice(Duration.ZERO, null);

    static Advice of(HttpHeaders fields, Instant now) {
        return new Advice(
                fields.firstValue("Retry-After")
                        .flatMap(value -> RetryAfter.parse(value, now))
                        .orElse(Duration.ZERO),
                fields.firstValue("Idempotency-Retention")
                        .filter(seconds -> seconds.matches("\\d{1,9}"))
                        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                        .orElse(null));
    }
}
