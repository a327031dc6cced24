package dev.reprise.gateway.command;

import dev.reprise.IdempotencyException;
import dev.reprise.gateway.operations.OperationFilter;
import dev.reprise.gateway.operations.OperationView;
import dev.reprise.gateway.operations.Operations;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.ResumableStore.Step;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which operation a command is about, and how it says that nothing came of it. */
final class WhichOperation {
    @Parameters(
            paramLabel = "KEY",
            description = "The idempotency key, or its beginning and …, as the log of a gateway shows it.")
    @SuppressWarnings("NullAway.Init")
    private OperationFilter key;

    @Option(names = "--route", paramLabel = "NAME", description = "The route, where several have the key.")
    private @Nullable String route;

    @Option(names = "--principal", paramLabel = "NAME", description = "The caller, where several have the key.")
    private @Nullable String principal;

    OperationView in(Operations operations) {
        return StoreOption.find(operations, key, route, principal);
    }

    /** The same, of one that is carried through in steps. */
    OperationView withSteps(Operations operations) {
        OperationView found = in(operations);
        if (found.progress() == null) {
            throw refused("is not carried through in steps; release or resolve it");
        }
        return found;
    }

    String ended(Operations.Ending ending, String done) {
        return switch (ending) {
            case ENDED -> done;
            case CHANGED -> throw changed();
            case RUNNING -> throw running();
            case FINISHED -> throw finished();
        };
    }

    String ended(Intervened intervened, String done) {
        return switch (intervened) {
            case Intervened.Done ignored -> done;
            case Intervened.Changed ignored -> throw changed();
            case Intervened.Running ignored -> throw running();
            case Intervened.Finished ignored -> throw finished();
            case Intervened.NoSuchStep(List<Step> steps) ->
                throw refused("has no such step; it has "
                        + (steps.isEmpty()
                                ? "none"
                                : steps.stream().map(Step::name).collect(Collectors.joining(", "))));
            case Intervened.WouldRepeat(List<Step> steps) ->
                throw refused("would do this again: "
                        + steps.stream().map(WhichOperation::again).collect(Collectors.joining("; "))
                        + ". Say --repeat if that does no harm");
        };
    }

    private static String again(Step step) {
        return step.name()
                + switch (step.kind()) {
                    case LOCAL -> " (its work in the database stays, and is done again)";
                    case REMOTE -> " (called again, under the same child key)";
                    case ONCE -> " (called again, and its service has no keys)";
                    case AWAIT -> " (its answer has to be given again)";
                    case SLEEP -> " (sleeps again)";
                };
    }

    private IdempotencyException changed() {
        return refused("changed while the command ran; look at it again");
    }

    private IdempotencyException running() {
        return refused("is running and its owner is alive; wait for its end");
    }

    private IdempotencyException finished() {
        return refused("is finished, and finished records are never changed");
    }

    private IdempotencyException refused(String why) {
        return new IdempotencyException("The operation with the key " + key.key() + " " + why, null);
    }
}
