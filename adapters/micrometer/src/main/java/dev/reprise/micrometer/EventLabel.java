package dev.reprise.micrometer;

import dev.reprise.IdempotencyEvent;

/** What an event is called in meters and observations. */
final class EventLabel {
    private EventLabel() {}

    static String of(IdempotencyEvent event) {
        return switch (event) {
            case IdempotencyEvent.Executed e -> "executed";
            case IdempotencyEvent.Released e -> "released";
            case IdempotencyEvent.Replayed e -> "replayed";
            case IdempotencyEvent.InProgress e -> "in-progress";
            case IdempotencyEvent.Mismatch e -> "payload-mismatch";
            case IdempotencyEvent.AlreadyHandled e -> "already-handled";
            case IdempotencyEvent.TakenOver e -> "taken-over";
            case IdempotencyEvent.LeaseLost e -> "lease-lost";
            case IdempotencyEvent.RanTooLong e -> "ran-too-long";
            case IdempotencyEvent.OutcomeUnknown e -> "outcome-unknown";
            case IdempotencyEvent.Reconciled e -> "reconciled";
            case IdempotencyEvent.StoreFailed e -> "store-failed";
        };
    }
}
