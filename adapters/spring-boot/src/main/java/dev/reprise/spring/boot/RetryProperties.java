package dev.reprise.spring.boot;

import dev.reprise.client.Backoff;
import dev.reprise.client.KeyProfile;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryPolicy;
import java.time.Duration;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Which calls of RestClient and WebClient are retried, and how.
 *
 * @param enabled Whether calls are retried.
 * @param hosts The hosts whose services know idempotency keys, without ports; * stands for all.
 * @param profile How these services want their keys.
 * @param maxAttempts How often a request is sent at most, including the first time.
 * @param deadline How long a call may take, with all its attempts and waits.
 * @param backoff The longest wait before the first retry; it doubles with each.
 * @param maxBackoff The longest wait before any retry.
 * @param retention How long these services keep an answer; nothing is sent again after that.
 * @param maxBody The longest body of a request of WebClient that is kept to be sent again.
 */
@ConfigurationProperties("reprise.client")
record RetryProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue Set<String> hosts,
        @DefaultValue("ietf") Profile profile,
        @DefaultValue("6") int maxAttempts,
        @DefaultValue("1m") Duration deadline,
        @DefaultValue("200ms") Duration backoff,
        @DefaultValue("20s") Duration maxBackoff,
        @DefaultValue("24h") Duration retention,
        @DefaultValue("1MB") DataSize maxBody) {
    /** How an API wants its keys. */
    enum Profile {
        /** {@link KeyProfile#ietf}. */
        IETF,
        /** {@link KeyProfile#stripe}. */
        STRIPE,
        /** {@link KeyProfile#oasis}. */
        OASIS
    }

    /**
     * Retries as these properties have them.
     *
     * @throws IllegalArgumentException if a setting is out of its range, or two contradict each other
     */
    Retries.Builder retries() {
        RetryPolicy usual = RetryPolicy.considerate();
        // The request factory limits an attempt, and nothing here does.
        Duration attempt = deadline.compareTo(usual.attemptTimeout()) < 0 ? deadline : usual.attemptTimeout();
        return Retries.builder()
                .policy(usual.withMaxAttempts(maxAttempts)
                        .withRetention(retention)
                        .withTimeLimits(deadline, attempt)
                        .withBackoff(Backoff.full(backoff, maxBackoff)))
                .profile(
                        switch (profile) {
                            case IETF -> KeyProfile.ietf();
                            case STRIPE -> KeyProfile.stripe();
                            case OASIS -> KeyProfile.oasis();
                        });
    }

    /**
     * What of the body of a request of WebClient is kept, in bytes.
     *
     * @throws IllegalArgumentException if it cannot be
     */
    int mostKept() {
        if (maxBody.toBytes() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("reprise.client.max-body is more than 2 GB: " + maxBody);
        }
        return (int) maxBody.toBytes();
    }
}
