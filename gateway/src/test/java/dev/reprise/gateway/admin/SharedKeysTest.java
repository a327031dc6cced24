package dev.reprise.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Scope;
import dev.reprise.testkit.SettableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
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
}
