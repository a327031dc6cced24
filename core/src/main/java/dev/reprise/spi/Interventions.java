package dev.reprise.spi;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationType;
import dev.reprise.Response;
import dev.reprise.spi.ResumableStore.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What operators do to operations that are carried through in steps (P12). Each action and its entry in the audit are one
 * transaction. Thread-safe; every method throws {@link StoreException} when the database cannot do its work.
 */
public interface Interventions {
    /**
     * Does what is asked, and writes down who asked for it, when and why.
     *
     * @return what came of it; nothing was changed, and nothing written down, unless it is {@link Intervened.Done}
     */
    Intervened intervene(Intervention intervention);

    /**
     * What was done, the latest first.
     *
     * @param before only entries with a smaller number
     * @param limit how many at most
     */
    List<AuditEntry> audit(long before, int limit);

    /** Where those of the operations stand that are carried through in steps. */
    Map<OperationId, Standing> standing(Collection<OperationId> ids);

    /**
     * The operations of a type, in whatever version, that the query asks for, expired ones left out. What it costs depends on how
     * many are asked for, and not on how many there are.
     *
     * @param type the name of the type
     */
    OperationQuery.Page<Listed> list(String type, OperationQuery query);

    /**
     * Who wants what, and why.
     *
     * @param action what
     * @param by who, up to {@value #MOST_BY} characters
     * @param reason why, up to {@value #MOST_REASON} characters
     */
    record Intervention(Action action, String by, String reason) {
        /** The longest name of an operator. */
        public static final int MOST_BY = 200;

        /** The longest reason. */
        public static final int MOST_REASON = 1000;

        /** @throws IllegalArgumentException if it is not said who or why, or that is too long */
        public Intervention {
            requireText("who wants it", by, MOST_BY);
            requireText("the reason", reason, MOST_REASON);
        }

        private static void requireText(String what, String text, int most) {
            if (text.isBlank() || text.length() > most || text.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("Say " + what + ", in 1 to " + most + " characters");
            }
        }
    }

    /** What an operator may want. */
    sealed interface Action {
        /** Nobody goes on with operations of that type, in any version, on any node. */
        record Pause(String type) implements Action {}

        /** Everybody may go on with them again. */
        record Unpause(String type) implements Action {}

        /** Something done to one operation, in the state in which it was seen. */
        sealed interface OnOperation extends Action {
            /** Which one. */
            OperationId id();

            /** The fencing token that was seen; whoever owned it until then is fenced off (S27). */
            FencingToken seen();
        }

        /** An operation that is unknown or waits goes on now. */
        record Resume(OperationId id, FencingToken seen) implements OnOperation {}

        /**
         * An operation forgets a step and all that were recorded after it, and goes on from there, also if its owner is alive.
         *
         * @param from the step's name
         * @param repeat also if what was done in these steps is done again
         */
        record Retry(OperationId id, FencingToken seen, String from, boolean repeat) implements OnOperation {}

        /**
         * The key is new, and the next request with it executes.
         *
         * @param repeat also if what was done in steps is done again
         */
        record Release(OperationId id, FencingToken seen, boolean repeat) implements OnOperation {}

        /** Retries get a response from now on. */
        record Resolve(OperationId id, FencingToken seen, Response response, Duration retention)
                implements OnOperation {}
    }

    /** What came of an intervention. */
    sealed interface Intervened {
        /** It is done, and in the audit. */
        record Done() implements Intervened {}

        /** The operation is not there, or not as it was seen. */
        record Changed() implements Intervened {}

        /** Its owner is alive and works on it. */
        record Running() implements Intervened {}

        /** It is finished, and finished records are never changed. */
        record Finished() implements Intervened {}

        /**
         * It has no such step.
         *
         * @param steps those it has
         */
        record NoSuchStep(List<Step> steps) implements Intervened {}

        /**
         * It would do something again, and the action does not say that it may.
         *
         * @param steps what
         */
        record WouldRepeat(List<Step> steps) implements Intervened {}
    }

    /**
     * Where an operation stands that is carried through in steps.
     *
     * @param type which code carries it through
     * @param idleAttempts how many owners in a row have had it since a step was finished
     * @param notBefore nobody takes it over until then; {@link Instant#MAX} if it waits for an answer
     * @param lastError why it could not go on, the last time; empty if it always could
     */
    record Standing(OperationType type, int idleAttempts, Instant notBefore, String lastError) {}

    /**
     * An operation in a listing.
     *
     * @param record as anybody sees it
     * @param standing where it stands
     */
    record Listed(OperationRecord record, Standing standing) {}

    /**
     * What somebody did.
     *
     * @param number greater than those of all earlier entries
     * @param at when, by the database's clock
     * @param by who
     * @param reason why
     * @param action what
     * @param id to which operation; null if to a type
     * @param before how it stood before
     */
    record AuditEntry(
            long number,
            Instant at,
            String by,
            String reason,
            String action,
            @Nullable OperationId id,
            String before) {}
}
