package dev.reprise.gateway.admin;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyListener;
import dev.reprise.OperationId;
import dev.reprise.Reconciler;
import java.lang.System.Logger.Level;

/** Logs what an operator should know of operations. Thread-safe. */
public final class OperatorLog implements IdempotencyListener {
    private static final System.Logger LOG = System.getLogger(OperatorLog.class.getName());

    @Override
    public void on(IdempotencyEvent event) {
        switch (event) {
            case IdempotencyEvent.TakenOver taken ->
                LOG.log(Level.INFO, "{0} is executed again, attempt {1}", taken.id(), taken.attempt());
            case IdempotencyEvent.LeaseLost lost ->
                LOG.log(
                        Level.WARNING,
                        "{0} was taken for abandoned while it ran here. See {1}",
                        lost.id(),
                        show(lost.id()));
            case IdempotencyEvent.RanTooLong overdue ->
                LOG.log(
                        Level.WARNING,
                        "{0} has run for longer than its route allows, and counts as abandoned soon. See {1}",
                        overdue.id(),
                        show(overdue.id()));
            case IdempotencyEvent.Reconciled reconciled -> found(reconciled);
            case IdempotencyEvent.OutcomeUnknown unknown ->
                LOG.log(
                        Level.WARNING,
                        "Nobody can tell the outcome of {0}: {1}. See {2}",
                        unknown.id(),
                        unknown.reason(),
                        show(unknown.id()));
            case IdempotencyEvent.StoreFailed failed ->
                LOG.log(
                        Level.WARNING,
                        "The store failed for {0}: {1}",
                        failed.id(),
                        failed.failure().getMessage());
            default -> {
                // An everyday event, which is only counted.
            }
        }
    }

    private static void found(IdempotencyEvent.Reconciled reconciled) {
        switch (reconciled.finding()) {
            case Reconciler.Finding.Happened happened ->
                LOG.log(Level.INFO, "{0} was looked into: it happened", reconciled.id());
            case Reconciler.Finding.DidNotHappen not ->
                LOG.log(Level.INFO, "{0} was looked into: it did not happen", reconciled.id());
            case Reconciler.Finding.NotKnown unknown -> {
                // The engine logs it.
            }
        }
    }

    /** A command to paste into a shell. It has the key as logs may have it, shortened, and finds it all the same. */
    private static String show(OperationId id) {
        return "reprise operations show " + quoted(id.key().toString()) + " --route "
                + quoted(id.scope().route());
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
