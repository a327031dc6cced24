package dev.reprise.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Scope;
import dev.reprise.testkit.SettableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SharedKeysTest {
    private final SettableClock clock = new SettableClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SharedKeys keys = new SharedKeys(registry, clock, clock::nanoTime);

    private void executed(String principal, String key) {
        keys.on(new IdempotencyEvent.Executed(
                new OperationId(new Scope(principal, "/charges"), new IdempotencyKey(key)), Duration.ZERO, 201));
    }

    private double counted() {
        return registry.get("reprise.shared.keys").counter().count();
    }

    @Test
    void two_callers_with_one_key_within_a_minute_are_counted() {
        executed("ann", "k");
        executed("ann", "k");
        executed("ann", "l");
        assertThat(counted()).isZero();

        executed("bob", "k");
        assertThat(counted()).isOne();
    }

    @Test
    void later_they_are_two_callers_and_nothing_else() {
        executed("ann", "k");
        clock.advance(Duration.ofSeconds(61));
        executed("bob", "k");

        assertThat(counted()).isZero();
    }

    @Test
    void no_key_is_kept_in_memory_for_it() {
        WeakReference<String> key = usedAndForgotten();
        await().untilAsserted(() -> {
            System.gc();
            assertThat(key.get()).isNull();
        });
    }

    private WeakReference<String> usedAndForgotten() {
        String key = UUID.randomUUID().toString();
        executed("ann", key);
        return new WeakReference<>(key);
    }

    @Test
    void many_callers_with_keys_of_their_own_share_none() {
        for (int i = 0; i < 200_000; i++) {
            executed("caller " + i, "key " + i);
        }
        assertThat(counted()).isZero();
    }
}
