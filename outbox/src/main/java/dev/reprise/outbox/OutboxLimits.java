package dev.reprise.outbox;

import dev.reprise.client.spi.DurationLimit;
import java.time.Duration;
import java.util.List;

/** The ranges of the durations that an outbox can be given. */
final class OutboxLimits {
    static final DurationLimit LEASE = new DurationLimit(
            "lease",
            Duration.ofMillis(2),
            Duration.ofDays(1),
            "longer than the deadline of the policy; if a node dies, its operations wait for so long");
    static final DurationLimit INTERVAL = new DurationLimit(
            "interval",
            Duration.ofMillis(1),
            Duration.ofHours(1),
            "a new operation waits for so long if there was nothing to do before");
    static final DurationLimit AGE =
            new DurationLimit("age", Duration.ZERO, Duration.ofDays(36_500), "nothing that ended is older");

    static final List<DurationLimit> ALL = List.of(LEASE, INTERVAL, AGE);

    private OutboxLimits() {}
}
