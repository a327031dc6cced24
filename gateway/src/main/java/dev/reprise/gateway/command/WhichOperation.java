package dev.reprise.gateway.command;

import dev.reprise.IdempotencyException;
import dev.reprise.console.operations.EndingText;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.Operations;
import dev.reprise.spi.Interventions.Intervened;
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

    /** Filled in from the command line. */
    WhichOperation() {}

    WhichOperation(OperationFilter key, @Nullable String route, @Nullable String principal) {
        this.key = key;
        this.route = route;
        this.principal = principal;
    }

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
        EndingText.refusal(ending).ifPresent(why -> {
            throw refused(why);
        });
        return done;
    }

    String ended(Intervened intervened, String done) {
        EndingText.refusal(intervened).ifPresent(why -> {
            throw refused(
                    intervened instanceof Intervened.WouldRepeat ? why + ". Say --repeat if that does no harm" : why);
        });
        return done;
    }

    private IdempotencyException refused(String why) {
        return new IdempotencyException("The operation with the key " + key.key() + " " + why, null);
    }
}
