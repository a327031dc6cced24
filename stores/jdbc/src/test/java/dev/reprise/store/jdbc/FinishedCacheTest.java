package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition.Existing;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FinishedCacheTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final Existing FOUND = new Existing(
            new OperationRecord(
                    Shop.id("a"),
                    new RequestFingerprint(1, new byte[32]),
                    new FencingToken(1),
                    1,
                    NOW,
                    new Completed(new Response(201, Headers.EMPTY, Body.EMPTY), NOW, NOW.plusSeconds(60))),
            NOW);

    private final FinishedCache cache = new FinishedCache(1 << 20, () -> 0);

    @Test
    void what_was_read_before_an_answer_was_erased_is_not_kept_S36() {
        long before = cache.erasures();
        cache.erased(Shop.id("a"));
        cache.add(FOUND, before);

        assertThat(cache.find(Shop.id("a"))).isNull();

        cache.add(FOUND, cache.erasures());
        assertThat(cache.find(Shop.id("a"))).isEqualTo(FOUND);
    }
}
