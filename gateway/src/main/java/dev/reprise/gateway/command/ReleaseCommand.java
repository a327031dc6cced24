package dev.reprise.gateway.command;

import dev.reprise.console.bulk.BulkAction;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.Operations;
import dev.reprise.spi.Interventions.Action;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes keys new. */
@Command(
        name = "release",
        description = {
            "Makes the key of an unknown or abandoned operation new: the next request with it executes.",
            "Find out first that the operation did not take effect.",
            "Without a key, it does that with all that the options find; --dry-run only counts them."
        },
        sortOptions = false)
final class ReleaseCommand extends OneOrManyCommand {
    private static final String DONE = "Released: the next request with the key executes.";

    @Option(
            names = "--repeat",
            description = "Also if steps that are done are done again: the refusal without it says which.")
    private boolean repeat;

    @Override
    BulkAction many() {
        if (repeat) {
            throw wrong("--repeat is for one operation, which has to be looked at");
        }
        return new BulkAction.Release();
    }

    @Override
    Function<Operations, String> one(WhichOperation which) {
        return operations -> {
            OperationView seen = which.in(operations);
            return seen.progress() == null
                    ? which.ended(operations.release(seen.id(), seen.seen(), audit.initiator()), DONE)
                    : which.ended(
                            StepCommands.resumable(operations)
                                    .interventions()
                                    .intervene(audit.of(new Action.Release(seen.id(), seen.seen(), repeat))),
                            DONE);
        };
    }
}
