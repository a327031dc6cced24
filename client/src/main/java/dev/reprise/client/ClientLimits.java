package dev.reprise.client;

import dev.reprise.client.spi.DurationLimit;
import java.time.Duration;
import java.util.List;

/** The ranges of the durations that a client can be given. */
final class ClientLimits {
    static final DurationLimit DEADLINE = new DurationLimit(
            "deadline",
            Duration.ofMillis(1),
            Duration.ofDays(7),
            "a call waits in memory; the outbox is for what takes longer");
    static final DurationLimit ATTEMPT_TIMEOUT = new DurationLimit(
            "attemptTimeout",
            Duration.ofMillis(1),
            Duration.ofDays(7),
            "clients count milliseconds, and a call ends with its deadline");
    static final DurationLimit HEDGE_AFTER = new DurationLimit(
            "hedgeAfter",
            Duration.ofMillis(1),
            Duration.ofDays(7),
            "clients count milliseconds, and a call ends with its deadline");
    static final DurationLimit RETENTION = new DurationLimit(
            "retention", Duration.ofMillis(1), Duration.ofDays(3650), "nobody is known to keep keys for longer");
    static final DurationLimit BASE = ofWait("base");
    static final DurationLimit CAP = ofWait("cap");
    static final DurationLimit FLOOR = ofWait("floor");

    static final List<DurationLimit> ALL = List.of(DEADLINE, ATTEMPT_TIMEOUT, HEDGE_AFTER, RETENTION, BASE, CAP, FLOOR);

    private ClientLimits() {}

    private static DurationLimit ofWait(String setting) {
        return new DurationLimit(setting, Duration.ZERO, Duration.ofDays(365), "nobody waits a year for a retry");
    }
}
