package dev.reprise.gateway.command;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How much a command lists, and for whom. */
final class ListOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--limit",
            paramLabel = "NUMBER",
            defaultValue = "100",
            description = "How many at most. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    int limit() {
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "A limit is positive: " + limit);
        }
        return limit;
    }

    boolean json() {
        return json;
    }
}
