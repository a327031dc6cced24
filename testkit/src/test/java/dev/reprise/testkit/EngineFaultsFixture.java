package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.Decision;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Operation;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationPolicy.Uncertain;
import dev.reprise.OperationState;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What tests of engines have in common in which several things go wrong. */
abstract class EngineFaultsFixture extends EngineFixture {
    static final OperationPolicy RERUN = POLICY.withUncertain(Uncertain.RERUN);
    static final Duration HALF_A_LEASE = POLICY.lease().dividedBy(2);
    private static final Logger LOG = Logger.getLogger("dev.reprise");

    EngineFaultsFixture() {
        super(store -> store);
    }

    /** Ten thousand failures would be as many lines. */
    @BeforeAll
    static void beQuiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        LOG.setLevel(null);
    }

    final IdempotencyEngine node(String name) {
        return IdempotencyEngine.over(store).node(name).runtime(runtime).build();
    }

    /** Another engine begins, perhaps acts, and is gone; its lease runs out. */
    final void died(Operation operation) {
        try (IdempotencyEngine gone = node("gone")) {
            assertThat(gone.begin(operation)).isInstanceOf(Decision.Execute.class);
        }
        clock.advance(POLICY.lease().plusMillis(1));
    }

    /** The engine has done what it wanted to do in the background. */
    final void awaitQuiet() {
        await().atMost(Duration.ofMinutes(1)).until(runtime::isIdle);
    }

    final void isRenewedAfter(Duration time, Operation operation) {
        OperationState before = state(operation);
        clock.advance(time);
        await().until(() -> !state(operation).equals(before));
        assertThat(state(operation)).isInstanceOf(OperationState.Running.class);
    }
}
