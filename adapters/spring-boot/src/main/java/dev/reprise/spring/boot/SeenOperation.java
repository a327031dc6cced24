package dev.reprise.spring.boot;

import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.Scope;
import dev.reprise.spi.Interventions.Standing;
import dev.reprise.spi.ResumableStore.Recorded;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An operation as an operator sees it, without what it answered; null is what it does not have.
 *
 * @param id what it is called in paths
 * @param state in the words of {@code reprise operations}
 * @param token the number of the fencing token, which whoever ends it names
 * @param attempt how many owners it has had
 * @param owner who runs it
 * @param leaseEnd when its owner counts as gone
 * @param endedAt when it was finished, or found to be unknown
 * @param expiresAt when its record is deleted
 * @param reason why its outcome is unknown
 * @param status of what is replayed
 * @param type which code carries it through in steps
 * @param lastError why that could not go on, the last time
 * @param steps that are recorded, where one operation is asked for
 */
record SeenOperation(
        String id,
        String principal,
        String route,
        String key,
        String state,
        long token,
        int attempt,
        Instant createdAt,
        @Nullable String owner,
        @Nullable Instant leaseEnd,
        @Nullable Instant endedAt,
        @Nullable Instant expiresAt,
        @Nullable String reason,
        @Nullable Integer status,
        @Nullable String type,
        @Nullable String lastError,
        @Nullable List<SeenStep> steps) {
    static final String RUNNING = "running";
    static final String WAITING = "waiting";
    static final String ABANDONED = "abandoned";
    static final String COMPLETED = "completed";
    static final String UNKNOWN = "unknown";

    /**
     * A step.
     *
     * @param kind what sort
     * @param runs in how many runs it was tried
     * @param at when it was last written
     */
    record SeenStep(String name, String kind, int runs, boolean finished, Instant at) {
        static SeenStep of(Recorded recorded) {
            return new SeenStep(
                    recorded.step().name(),
                    recorded.step().kind().name().toLowerCase(java.util.Locale.ROOT),
                    recorded.step().runs(),
                    recorded.step().result() != null,
                    recorded.at());
        }
    }

    /**
     * What is to be seen of a record.
     *
     * @param standing where it stands, if it is carried through in steps
     * @param now the time by which a lease counts as run out
     */
    static SeenOperation of(
            OperationRecord record, @Nullable Standing standing, @Nullable List<SeenStep> steps, Instant now) {
        OperationState state = record.state();
        return new SeenOperation(
                path(record.id()),
                record.id().scope().principal(),
                record.id().scope().route(),
                record.id().key().value(),
                state(record, standing, now),
                record.token().value(),
                record.attempt(),
                record.createdAt(),
                state instanceof OperationState.Running running
                        ? running.owner().toString()
                        : null,
                state instanceof OperationState.Running running ? running.leaseEnd() : null,
                endedAt(state),
                state instanceof OperationState.Completed completed ? completed.expiresAt() : null,
                state instanceof OperationState.Unknown unknown ? unknown.reason() : null,
                state instanceof OperationState.Completed completed
                        ? (Integer) completed.response().status()
                        : null,
                standing == null ? null : standing.type().name(),
                standing == null || standing.lastError().isEmpty() ? null : standing.lastError(),
                steps);
    }

    /** How it stands, for the audit. */
    String standing() {
        return state + ", attempt " + attempt + ", token " + token + (reason == null ? "" : ", reason: " + reason);
    }

    private static @Nullable Instant endedAt(OperationState state) {
        return switch (state) {
            case OperationState.Running ignored -> null;
            case OperationState.Completed completed -> completed.completedAt();
            case OperationState.Unknown unknown -> unknown.since();
        };
    }

    private static String state(OperationRecord record, @Nullable Standing standing, Instant now) {
        return switch (record.state()) {
            case OperationState.Running ignored -> {
                if (standing != null && standing.notBefore().isAfter(now)) {
                    yield WAITING;
                }
                yield record.abandonedAt(now) ? ABANDONED : RUNNING;
            }
            case OperationState.Completed ignored -> COMPLETED;
            case OperationState.Unknown ignored -> UNKNOWN;
        };
    }

    private static String path(OperationId id) {
        String text = id.scope().principal() + "\n" + id.scope().route() + "\n"
                + id.key().value();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Which operation a path names; nothing if it cannot name one. */
    static Optional<OperationId> named(String path) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(path), StandardCharsets.UTF_8).split("\n", -1);
            return parts.length == 3
                    ? Optional.of(new OperationId(new Scope(parts[0], parts[1]), new IdempotencyKey(parts[2])))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
