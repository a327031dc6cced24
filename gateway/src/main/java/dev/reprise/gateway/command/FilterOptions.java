package dev.reprise.gateway.command;

import dev.reprise.console.operations.ListedState;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.text.Choice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which operations a command is about, where it is about many. */
final class FilterOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "running, waiting, abandoned, completed or unknown; may be repeated. Default: all.")
    private List<String> states = new ArrayList<>();

    @Option(names = "--route", paramLabel = "NAME", description = "Only operations of this route.")
    private @Nullable String route;

    @Option(names = "--principal", paramLabel = "NAME", description = "Only operations of this caller.")
    private @Nullable String principal;

    @Option(names = "--type", paramLabel = "NAME", description = "Only operations with steps of this type.")
    private @Nullable String type;

    @Option(names = "--older-than", paramLabel = "TIME", description = "Only operations that began that long ago.")
    private @Nullable Duration olderThan;

    @Option(
            names = "--attempts",
            paramLabel = "NUMBER",
            description = "Only operations that have had that many owners, or more.")
    private @Nullable Integer attempts;

    @Option(
            names = "--reason-contains",
            paramLabel = "TEXT",
            description = "Only operations whose reason, or last error, contains this.")
    private @Nullable String reasonContains;

    @Nullable
    String route() {
        return route;
    }

    @Nullable
    String principal() {
        return principal;
    }

    /** Whether anything is said that belongs to many operations, and not to one key. */
    boolean isAboutMany() {
        return !states.isEmpty() || type != null || olderThan != null || attempts != null || reasonContains != null;
    }

    OperationFilter of(@Nullable String key, @Nullable String after, int limit) {
        try {
            Set<ListedState> asked = EnumSet.noneOf(ListedState.class);
            states.forEach(state -> asked.add(Choice.parse(ListedState.class, state)));
            return new OperationFilter(
                    asked,
                    key,
                    route,
                    principal,
                    type,
                    olderThan,
                    attempts,
                    reasonContains,
                    after,
                    limit,
                    Integer.MAX_VALUE);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
