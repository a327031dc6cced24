package dev.reprise.gateway.command;

import dev.reprise.console.operations.Initiator;
import dev.reprise.spi.Interventions.Action;
import dev.reprise.spi.Interventions.Intervention;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Who does something, and why. */
final class AuditOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Why, for the audit of operations with steps, which need it.")
    private @Nullable String reason;

    @Option(
            names = "--by",
            paramLabel = "NAME",
            description = "Who, for the audit. Default: the user of the operating system.")
    private @Nullable String by;

    /** Who wants it, and why if that is said. */
    Initiator initiator() {
        try {
            return Initiator.said(by, reason);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** The reason, without which nothing is done to operations with steps. */
    String requireReason() {
        String why = reason;
        if (why == null) {
            throw new ParameterException(
                    spec.commandLine(), "Say why with --reason; it is written into the audit of operations with steps");
        }
        return why;
    }

    /** The action with who and why. */
    Intervention of(Action action) {
        String why = requireReason();
        try {
            return new Intervention(action, by == null ? System.getProperty("user.name", "unknown") : by, why);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
