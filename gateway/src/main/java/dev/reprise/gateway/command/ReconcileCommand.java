package dev.reprise.gateway.command;

import dev.reprise.IdempotencyException;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.ReconcileOutcome;
import dev.reprise.gateway.command.OperationsCommand.StoreCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Has a gateway ask its service. */
@Command(
        name = "reconcile",
        description = {
            "Has the running gateway of the folder ask the service what happened to an unknown operation, as its route says",
            "with reconcile, and writes down what it finds."
        },
        sortOptions = false)
final class ReconcileCommand extends StoreCommand {
    @Mixin
    private WhichOperation which = new WhichOperation();

    @Mixin
    private AuditOptions audit = new AuditOptions();

    @Override
    public void run() {
        ReconcileOutcome came = store.with(operations -> {
            OperationView seen = which.in(operations);
            return operations.reconcile(seen.id(), seen.seen(), audit.initiator());
        });
        if (came.kind() == ReconcileOutcome.Kind.NOBODY_TO_ASK) {
            throw new IdempotencyException(
                    "Nobody can be asked: that takes a running gateway with its records in this folder, and reconcile at "
                            + "the route. With a database, use the console of a gateway",
                    null);
        }
        if (!came.answered()) {
            throw new IdempotencyException(came.text(), null);
        }
        out().println(came.text());
    }
}
