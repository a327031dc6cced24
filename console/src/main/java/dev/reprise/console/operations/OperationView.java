package dev.reprise.console.operations;

import dev.reprise.FencingToken;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.console.text.Choice;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An operation as an operator sees it; null is what its state does not have.
 *
 * @param principal whose it is
 * @param route the route's name
 * @param key the whole key
 * @param state running, waiting, abandoned, completed or unknown
 * @param token the number of the fencing token
 * @param attempt how many owners it has had
 * @param createdAt when it was first claimed
 * @param owner who runs it, or had it last where its outcome is unknown
 * @param leaseEnd when its owner counts as gone
 * @param endedAt when it was finished, or found to be unknown
 * @param expiresAt when its record is deleted
 * @param reason why its outcome is unknown
 * @param response what is replayed
 * @param progress how far it has come, if it is carried through in steps
 */
public record OperationView(
        String principal,
        String route,
        String key,
        ListedState state,
        long token,
        int attempt,
        Instant createdAt,
        @Nullable String owner,
        @Nullable Instant leaseEnd,
        @Nullable Instant endedAt,
        @Nullable Instant expiresAt,
        @Nullable String reason,
        @Nullable RecordedResponse response,
        @Nullable Progress progress) {

    /**
     * What is to be seen of a record.
     *
     * @param now the time by which a lease counts as run out
     * @param describe what is to be seen of its response
     * @param progress how far it has come, if it is carried through in steps
     */
    static OperationView of(
            OperationRecord record,
            Instant now,
            Function<Response, RecordedResponse> describe,
            @Nullable Progress progress) {
        Builder view = new Builder(record, state(record, now, progress), progress);
        return switch (record.state()) {
            case OperationState.Running running ->
                view.build(running.owner().toString(), running.leaseEnd(), null, null, null, null);
            case OperationState.Completed completed ->
                view.build(
                        null,
                        null,
                        completed.completedAt(),
                        completed.expiresAt(),
                        null,
                        describe.apply(completed.response()));
            case OperationState.Unknown unknown ->
                view.build(
                        unknown.owner() == null ? null : unknown.owner().toString(),
                        null,
                        unknown.since(),
                        null,
                        unknown.reason(),
                        null);
        };
    }

    private static ListedState state(OperationRecord record, Instant now, @Nullable Progress progress) {
        return switch (record.state()) {
            case OperationState.Running running when progress != null && progress.waits() -> ListedState.WAITING;
            case OperationState.Running running ->
                record.abandonedAt(now) ? ListedState.ABANDONED : ListedState.RUNNING;
            case OperationState.Completed completed -> ListedState.COMPLETED;
            case OperationState.Unknown unknown -> ListedState.UNKNOWN;
        };
    }

    /** Which operation this is. */
    public OperationId id() {
        return new OperationId(new Scope(principal, route), new IdempotencyKey(key));
    }

    /** In which state of ownership it was seen. */
    public FencingToken seen() {
        return new FencingToken(token);
    }

    /** Whether its reason, or the last error of its steps, contains the words, in whatever case. */
    boolean says(String words) {
        return contains(reason, words) || (progress != null && contains(progress.lastError(), words));
    }

    private static boolean contains(@Nullable String text, String words) {
        return text != null && text.toLowerCase(Locale.ROOT).contains(words.toLowerCase(Locale.ROOT));
    }

    /** Whether an operator may end it: nobody knows its outcome, or whoever worked on it is gone. */
    public boolean stuck() {
        return state.isStuck();
    }

    /** What there is to say of it beside its state, in words. */
    public String detail() {
        return progress == null ? ofState() : progress.type() + " version " + progress.version() + ", " + ofState();
    }

    private String ofState() {
        return switch (state) {
            case WAITING ->
                progress == null || progress.awaitsAnswer()
                        ? "waits for an answer"
                        : "waits until " + seconds(progress.notBefore());
            case RUNNING, ABANDONED -> "attempt " + attempt + ", lease until " + seconds(leaseEnd);
            case UNKNOWN -> String.valueOf(reason);
            case COMPLETED -> (response == null ? "" : response.status() + ", ") + "kept until " + seconds(expiresAt);
        };
    }

    /** A time as far as people care; nothing if there is none. */
    public static String seconds(@Nullable Instant instant) {
        return instant == null ? "" : instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** How it stands, for the audit. */
    public String standing() {
        return Choice.written(state) + ", attempt " + attempt + ", token " + token
                + (reason == null ? "" : ", reason: " + reason);
    }

    /** What all states have. */
    private record Builder(
            OperationRecord record,
            ListedState state,
            @Nullable Progress progress) {
        private OperationView build(
                @Nullable String owner,
                @Nullable Instant leaseEnd,
                @Nullable Instant endedAt,
                @Nullable Instant expiresAt,
                @Nullable String reason,
                @Nullable RecordedResponse response) {
            return new OperationView(
                    record.id().scope().principal(),
                    record.id().scope().route(),
                    record.id().key().value(),
                    state,
                    record.token().value(),
                    record.attempt(),
                    record.createdAt(),
                    owner,
                    leaseEnd,
                    endedAt,
                    expiresAt,
                    reason,
                    response,
                    progress);
        }
    }
}
