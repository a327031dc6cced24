package dev.reprise.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Reconciler;
import dev.reprise.Scope;
import dev.reprise.spi.StoreException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What {@code docs/gateway.md} says of events is all that there is. */
class EventLabelsTest {
    private static final OperationId ID = new OperationId(new Scope("alice", "/a"), new IdempotencyKey("k"));
    private static final Duration TIME = Duration.ofMillis(1);

    static final List<IdempotencyEvent> ONE_OF_EACH = List.of(
            new IdempotencyEvent.Executed(ID, TIME, 201),
            new IdempotencyEvent.Released(ID, TIME, 503),
            new IdempotencyEvent.Replayed(ID, TIME),
            new IdempotencyEvent.InProgress(ID, TIME),
            new IdempotencyEvent.Mismatch(ID, TIME),
            new IdempotencyEvent.AlreadyHandled(ID, TIME),
            new IdempotencyEvent.TakenOver(ID, TIME, 2),
            new IdempotencyEvent.LeaseLost(ID, TIME),
            new IdempotencyEvent.RanTooLong(ID, TIME),
            new IdempotencyEvent.OutcomeUnknown(ID, TIME, "a test"),
            new IdempotencyEvent.Reconciled(ID, TIME, new Reconciler.Finding.NotKnown("a test")),
            new IdempotencyEvent.StoreFailed(ID, TIME, new StoreException("a test", null)));

    @Test
    void the_page_lists_the_label_of_every_event() throws Exception {
        assertThat(ONE_OF_EACH)
                .extracting(IdempotencyEvent::getClass)
                .extracting(Class::getName)
                .containsExactlyInAnyOrder(Arrays.stream(IdempotencyEvent.class.getPermittedSubclasses())
                        .map(Class::getName)
                        .toArray(String[]::new));
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        IdempotencyMetrics metrics = new IdempotencyMetrics(registry);

        ONE_OF_EACH.forEach(metrics::on);

        String page = Files.readString(Path.of("../../docs/gateway.md"));
        assertThat(registry.get("reprise.operations").timers())
                .hasSize(ONE_OF_EACH.size())
                .allSatisfy(timer -> {
                    assertThat(page).contains("`" + timer.getId().getTag("event") + "`");
                    assertThat(timer.getId().getTag("route")).isEqualTo("/a");
                    assertThat(timer.count()).isEqualTo(1);
                    assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(1);
                });
    }
}
