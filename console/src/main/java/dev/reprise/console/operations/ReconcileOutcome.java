package dev.reprise.console.operations;

import dev.reprise.Reconciler.Attempt;
import dev.reprise.Reconciler.Finding;

/**
 * What came of asking what happened to an unknown operation (S33).
 *
 * @param kind in a word
 * @param detail the status that was found, why it is not known, until when somebody else has the turn, or how many
 *     others are being asked about; empty if there is no more to say
 */
public record ReconcileOutcome(Kind kind, String detail) {
    /** What came of it, in a word. */
    public enum Kind {
        /** It happened, and its answer is recorded. */
        EXECUTED,
        /** It did not happen, and its key is free. */
        NOT_EXECUTED,
        /** Whoever was asked does not know; nothing was changed. */
        STILL_UNKNOWN,
        /** Somebody was asked, and what was found is not written down. */
        NOT_WRITTEN,
        /** Somebody else is asking, or has asked a moment ago; nobody was asked. */
        OTHERS_TURN,
        /** As many as may be are being asked about in this process; nobody was asked. */
        BUSY,
        /** It is not there, not unknown, or not as it was seen any more; nobody was asked. */
        CHANGED,
        /** This process knows nobody who could be asked. */
        NOBODY_TO_ASK
    }

    private static ReconcileOutcome of(Kind kind) {
        return new ReconcileOutcome(kind, "");
    }

    static ReconcileOutcome busy(int others) {
        return new ReconcileOutcome(Kind.BUSY, String.valueOf(others));
    }

    static ReconcileOutcome of(Attempt attempt) {
        return switch (attempt) {
            case Attempt.Found found -> of(found.finding());
            case Attempt.NotWritten ignored -> of(Kind.NOT_WRITTEN);
            case Attempt.OthersTurn turn -> new ReconcileOutcome(Kind.OTHERS_TURN, OperationView.seconds(turn.until()));
            case Attempt.Changed ignored -> of(Kind.CHANGED);
            case Attempt.NobodyToAsk ignored -> of(Kind.NOBODY_TO_ASK);
        };
    }

    private static ReconcileOutcome of(Finding finding) {
        return switch (finding) {
            case Finding.Happened happened ->
                new ReconcileOutcome(
                        Kind.EXECUTED, String.valueOf(happened.response().status()));
            case Finding.DidNotHappen ignored -> of(Kind.NOT_EXECUTED);
            case Finding.NotKnown notKnown -> new ReconcileOutcome(Kind.STILL_UNKNOWN, notKnown.reason());
        };
    }

    /** Whether somebody was asked, and what was found is written down. */
    public boolean answered() {
        return switch (kind) {
            case EXECUTED, NOT_EXECUTED, STILL_UNKNOWN -> true;
            case NOT_WRITTEN, OTHERS_TURN, BUSY, CHANGED, NOBODY_TO_ASK -> false;
        };
    }

    /** The same for who wants to know, in sentences. */
    public String text() {
        return switch (kind) {
            case EXECUTED -> "It was executed, with " + detail + ". Retries get the answer from now on.";
            case NOT_EXECUTED ->
                "It was not executed, and will not be. The key is new: the next request with it executes.";
            case STILL_UNKNOWN -> "That is not known yet: " + detail + ". Nothing was changed.";
            case NOT_WRITTEN ->
                "There was an answer, and it is not written down: somebody else has ended the operation meanwhile, or the "
                        + "store did not answer. Look at it again.";
            case OTHERS_TURN ->
                "Somebody is asking, or has asked a moment ago: another node, or this one by itself. Nobody else does until "
                        + detail + ". Nothing was done.";
            case BUSY -> detail + " others are being asked about. Nothing was done; try again in some seconds.";
            case CHANGED -> "It is not unknown any more, or not as it was seen. Nothing was done.";
            case NOBODY_TO_ASK ->
                "There is no reconciler for it here: nothing says who knows what happened to it. Nothing was done.";
        };
    }
}
