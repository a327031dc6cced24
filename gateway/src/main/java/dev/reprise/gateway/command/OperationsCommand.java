package dev.reprise.gateway.command;

import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.operations.OperationListing;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.Operations;
import dev.reprise.console.operations.Progress;
import dev.reprise.console.text.Choice;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What an operator does to operations. */
@Command(
        name = "operations",
        description = {
            "Shows the operations of a gateway or of an application, ends those whose outcome is unknown, and lets those",
            "with steps go on."
        },
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            OperationsCommand.ListCommand.class,
            OperationsCommand.ShowCommand.class,
            ReleaseCommand.class,
            ReconcileCommand.class,
            ResolveCommand.class,
            ForgetCommand.class,
            StepCommands.ResumeCommand.class,
            StepCommands.RetryCommand.class,
            StepCommands.PauseCommand.class,
            StepCommands.UnpauseCommand.class,
            StepCommands.PausedCommand.class,
            StepCommands.AuditCommand.class,
            OperationsCommand.PurgeCommand.class
        })
final class OperationsCommand extends CommandGroup {
    private static final List<String> TITLES = List.of("STATE", "KEY", "ROUTE", "PRINCIPAL", "CREATED", "DETAIL");

    /** What the commands share. */
    abstract static class StoreCommand extends PrintingCommand {
        @Mixin
        final StoreOption store = new StoreOption();
    }

    @Command(name = "list", description = "Lists operations.", sortOptions = false)
    static final class ListCommand extends StoreCommand {
        @Mixin
        private FilterOptions filter = new FilterOptions();

        @Option(
                names = "--key",
                paramLabel = "KEY",
                description = "Only operations with this key, or with one that begins like this and ends in ….")
        private @Nullable String key;

        @Option(
                names = "--after",
                paramLabel = "PLACE",
                description = "Continue where a listing ended, which prints its place.")
        private @Nullable String after;

        @Mixin
        private ListOptions options = new ListOptions();

        @Override
        public void run() {
            OperationFilter asked = filter.of(key, after, options.limit());
            OperationListing found = store.with(operations -> listed(operations, asked));
            if (options.json()) {
                printJson(found.operations());
                return;
            }
            printTable(TITLES, found.operations().stream().map(ListCommand::row).toList());
            if (found.next() != null) {
                out().println("There may be more: go on with --after " + found.next());
            }
        }

        /** Only the store knows its places. */
        private OperationListing listed(Operations operations, OperationFilter filter) {
            try {
                return operations.list(filter);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), e.getMessage(), e);
            }
        }

        private static List<String> row(OperationView operation) {
            return List.of(
                    Choice.written(operation.state()),
                    operation.key(),
                    operation.route(),
                    operation.principal(),
                    OperationView.seconds(operation.createdAt()),
                    operation.detail());
        }
    }

    @Command(
            name = "show",
            description = {
                "Shows an operation with its recorded response, in JSON.",
                "Of an operation with steps it prints the steps in the order of their time."
            },
            sortOptions = false)
    static final class ShowCommand extends StoreCommand {
        @Mixin
        private WhichOperation which = new WhichOperation();

        @Option(names = "--json", description = "Print JSON, also of an operation with steps.")
        private boolean json;

        @Override
        public void run() {
            OperationView found = store.with(which::in);
            Progress progress = found.progress();
            if (json || progress == null || progress.steps() == null) {
                printJson(found);
                return;
            }
            Timeline.head(found, progress).forEach(line -> out().println(OperationTable.printable(line)));
            if (progress.steps().isEmpty()) {
                out().println("No step is recorded");
            } else {
                printTable(Timeline.TITLES, Timeline.rows(progress.steps()));
            }
        }
    }

    @Command(
            name = "purge",
            description = "Deletes expired records now; a running gateway does so every minute by itself.",
            sortOptions = false)
    static final class PurgeCommand extends StoreCommand {
        @Mixin
        private AuditOptions audit = new AuditOptions();

        @Override
        public void run() {
            long purged = store.with(operations -> operations.purge(audit.initiator()));
            out().println(purged == 1 ? "1 expired record deleted" : purged + " expired records deleted");
        }
    }
}
