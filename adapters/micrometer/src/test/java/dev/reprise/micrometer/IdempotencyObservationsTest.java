package dev.reprise.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyEvent;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdempotencyObservationsTest {
    private final List<String> events = new ArrayList<>();
    private final ObservationRegistry registry = ObservationRegistry.create();
    private final IdempotencyObservations observations = new IdempotencyObservations(registry);

    IdempotencyObservationsTest() {
        registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
            @Override
            public void onEvent(Observation.Event event, Observation.Context context) {
                events.add(context.getName() + " " + event.getName() + " " + event.getContextualName());
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
    }

    @Test
    void events_are_in_the_observation_of_the_request_without_anything_of_it() {
        IdempotencyEvent executed = EventLabelsTest.ONE_OF_EACH.getFirst();

        observations.on(executed);
        Observation.createNotStarted("request", registry).observe(() -> observations.on(executed));

        assertThat(events).containsExactly("request reprise.executed reprise.executed");
    }
}
