package dev.reprise.micrometer;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyListener;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

/**
 * Writes the events of an engine into the observation that is current when they happen, which is that of the request, and so into its
 * span: {@code reprise.executed}, {@code reprise.replayed}, and so on, as in {@link IdempotencyMetrics}. Nothing of a request is in them.
 * What happens where there is no observation, as on an engine's own threads, is left out. Thread-safe.
 */
public final class IdempotencyObservations implements IdempotencyListener {
    private final ObservationRegistry registry;

    /** Writes into the observations of the registry. */
    public IdempotencyObservations(ObservationRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void on(IdempotencyEvent event) {
        Observation current = registry.getCurrentObservation();
        if (current != null) {
            current.event(Observation.Event.of("reprise." + EventLabel.of(event)));
        }
    }
}
