package dev.reprise.gateway.command;

import dev.reprise.IdempotencyException;
import dev.reprise.console.bulk.BulkAction;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.Operations;
import dev.reprise.console.operations.ReconcileOutcome;
import dev.reprise.console.operations.StoreOperations;
import java.util.function.Function;
import picocli.CommandLine.Command;

/** Has a gateway ask its service. */
@Command(
        name = "reconcile",
        description = {
            "Has the running gateway of the folder ask the service what happened to an unknown operation, as its route says",
            "with reconcile, and writes down what it finds.",
            "Without a key, it does that with all that the options find, one after another; --dry-run only counts the",
            "unknown ones."
        },
        sortOptions = false)
final class ReconcileCommand extends OneOrManyCommand {
    @Override
    BulkAction many() {
        return new BulkAction.Reconcile();
    }

    /** What is opened here has nobody who could be asked. */
    @Override
    void requirePossible(Operations operations) {
        if (operations instanceof StoreOperations) {
            throw nobodyToAsk();
        }
    }

    @Override
    Function<Operations, String> one(WhichOperation which) {
        return operations -> {
            OperationView seen = which.in(operations);
            ReconcileOutcome came = operations.reconcile(seen.id(), seen.seen(), audit.initiator());
            if (came.kind() == ReconcileOutcome.Kind.NOBODY_TO_ASK) {
                throw nobodyToAsk();
            }
            if (!came.answered()) {
                throw new IdempotencyException(came.text(), null);
            }
            return came.text();
        };
    }

    private static IdempotencyException nobodyToAsk() {
        return new IdempotencyException(
                "Nobody can be asked: that takes a running gateway with its records in this folder, and reconcile at "
                        + "the route. With a database, use the console of a gateway",
                null);
    }
}
