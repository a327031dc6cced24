package dev.reprise.gateway.command;

import dev.reprise.IdempotencyException;
import dev.reprise.console.bulk.ReleaseRun;
import dev.reprise.console.bulk.ReleaseRun.Standing;
import dev.reprise.console.bulk.ReleaseRun.State;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.Operations;
import dev.reprise.gateway.command.OperationsCommand.StoreCommand;
import dev.reprise.spi.Interventions.Action;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Makes keys new. */
@Command(
        name = "release",
        description = {
            "Makes the key of an unknown or abandoned operation new: the next request with it executes.",
            "Find out first that the operation did not take effect.",
            "Without a key, it does that with all that the options find; --dry-run only counts them."
        },
        sortOptions = false)
final class ReleaseCommand extends StoreCommand {
    private static final String DONE = "Released: the next request with the key executes.";

    @Parameters(
            arity = "0..1",
            paramLabel = "KEY",
            description = "The idempotency key, or its beginning and …, as the log of a gateway shows it.")
    private @Nullable OperationFilter key;

    @Mixin
    private FilterOptions filter = new FilterOptions();

    @Option(names = "--dry-run", description = "Only count what would be released.")
    private boolean dryRun;

    @Option(
            names = "--repeat",
            description = "Also if steps that are done are done again: the refusal without it says which.")
    private boolean repeat;

    @Mixin
    private AuditOptions audit = new AuditOptions();

    @Override
    public void run() {
        OperationFilter one = key;
        if (one != null) {
            requireOne();
            out().println(store.<String>with(operations -> releaseOne(operations, one)));
            return;
        }
        OperationFilter asked = filter.of(null, null, 1);
        if (asked.states().isEmpty() && !asked.narrows()) {
            throw new ParameterException(
                    spec.commandLine(), "Say which: a key, or options such as --state unknown --route NAME");
        }
        if (repeat) {
            throw new ParameterException(
                    spec.commandLine(), "--repeat is for one operation, which has to be looked at");
        }
        Standing ended = store.with(operations -> (dryRun
                        ? ReleaseRun.counting(operations, asked)
                        : ReleaseRun.releasing(operations, asked, audit.initiator()))
                .run());
        report(ended);
    }

    private void requireOne() {
        if (filter.isAboutMany() || dryRun) {
            throw new ParameterException(
                    spec.commandLine(), "With a key there is one operation; leave the other options out");
        }
    }

    private String releaseOne(Operations operations, OperationFilter ofKey) {
        WhichOperation which = new WhichOperation(ofKey, filter.route(), filter.principal());
        OperationView seen = which.in(operations);
        return seen.progress() == null
                ? which.ended(operations.release(seen.id(), seen.seen(), audit.initiator()), DONE)
                : which.ended(
                        StepCommands.resumable(operations)
                                .interventions()
                                .intervene(audit.of(new Action.Release(seen.id(), seen.seen(), repeat))),
                        DONE);
    }

    private void report(Standing ended) {
        if (ended.state() != State.DONE) {
            throw new IdempotencyException(
                    "Released " + ended.released() + " operations, and then it ended: " + ended.failure(), null);
        }
        if (dryRun) {
            out().println("Would release " + ended.matching() + " operations, of about " + ended.looked()
                    + " records that were looked at.");
        } else {
            out().println("Released " + ended.released()
                    + " operations: the next request with each key executes. Left as they " + "were: " + ended.left()
                    + ".");
        }
    }
}
