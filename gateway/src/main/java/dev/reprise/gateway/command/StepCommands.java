package dev.reprise.gateway.command;

import dev.reprise.IdempotencyException;
import dev.reprise.console.audit.AuditView;
import dev.reprise.console.bulk.BulkAction;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.Operations;
import dev.reprise.gateway.command.OperationsCommand.StoreCommand;
import dev.reprise.spi.Interventions;
import dev.reprise.spi.Interventions.Action;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.Interventions.Intervention;
import dev.reprise.spi.ResumableStore;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What an operator does to operations that are carried through in steps. */
final class StepCommands {
    private static final List<String> AUDIT_TITLES = List.of("NUMBER", "AT", "BY", "ACTION", "KEY", "REASON", "BEFORE");

    private StepCommands() {}

    static ResumableStore<?> resumable(Operations operations) {
        return operations
                .resumable()
                .orElseThrow(() -> new IdempotencyException(
                        "Operations with steps are in databases only; name yours with --database or --config", null));
    }

    /** Something done to operations with steps. */
    abstract static class OnOperations extends OneOrManyCommand {
        @Override
        final void requirePossible(Operations operations) {
            ResumableStore<?> ignored = resumable(operations);
        }

        final Function<Operations, String> intervening(
                WhichOperation which, Function<OperationView, Action> action, String done) {
            return operations -> {
                Interventions interventions = resumable(operations).interventions();
                Intervention intervention = audit.of(action.apply(which.withSteps(operations)));
                return which.ended(interventions.intervene(intervention), done);
            };
        }
    }

    @Command(
            name = "resume",
            description = {
                "Lets an operation with steps go on now that is unknown or waits.",
                "Without a key, it does that with all that the options find; --dry-run only counts them."
            },
            sortOptions = false)
    static final class ResumeCommand extends OnOperations {
        @Override
        BulkAction many() {
            return new BulkAction.Resume();
        }

        @Override
        Function<Operations, String> one(WhichOperation which) {
            return intervening(
                    which,
                    seen -> new Action.Resume(seen.id(), seen.seen()),
                    "Resumed: the next node that looks goes on with it.");
        }
    }

    @Command(
            name = "retry",
            description = {
                "Lets an operation forget a step and all that were recorded after it, and go on from there.",
                "An owner that works on it loses it.",
                "Without a key, it does that with all that the options find and nobody works on; --dry-run only counts them."
            },
            sortOptions = false)
    static final class RetryCommand extends OnOperations {
        @Option(
                names = "--from",
                paramLabel = "STEP",
                required = true,
                description = "The first step to run again, as operations show names it.")
        @SuppressWarnings("NullAway.Init")
        private String from;

        @Option(
                names = "--repeat",
                description = "Also if something is done again that is done: the refusal without it says what.")
        private boolean repeat;

        @Override
        BulkAction many() {
            if (repeat) {
                throw wrong("--repeat is for one operation, which has to be looked at");
            }
            return new BulkAction.Retry(from);
        }

        @Override
        Function<Operations, String> one(WhichOperation which) {
            return intervening(
                    which,
                    seen -> new Action.Retry(seen.id(), seen.seen(), from, repeat),
                    "Forgotten from " + from + " on: the next node that looks goes on there.");
        }
    }

    /** Something done to a type. */
    abstract static class OnType extends StoreCommand {
        @Parameters(paramLabel = "TYPE", description = "The name of the type, which stands for all its versions.")
        @SuppressWarnings("NullAway.Init")
        String type;

        @Mixin
        private AuditOptions audit = new AuditOptions();

        final void intervene(Action action, String done) {
            Intervention intervention = audit.of(action);
            Intervened ignored = store.with(
                    operations -> resumable(operations).interventions().intervene(intervention));
            out().println(done);
        }
    }

    @Command(
            name = "pause",
            description = "Stops a type on all nodes: neither completers nor retries go on with its operations.",
            sortOptions = false)
    static final class PauseCommand extends OnType {
        @Override
        public void run() {
            intervene(new Action.Pause(type), "Paused. What runs now goes on to its end or its next wait.");
        }
    }

    @Command(name = "unpause", description = "Lets a paused type go on.", sortOptions = false)
    static final class UnpauseCommand extends OnType {
        @Override
        public void run() {
            intervene(new Action.Unpause(type), "Unpaused.");
        }
    }

    @Command(name = "paused", description = "Lists the types that are paused.", sortOptions = false)
    static final class PausedCommand extends StoreCommand {
        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Override
        public void run() {
            Set<String> paused = store.with(operations -> resumable(operations).paused());
            if (json) {
                printJson(paused);
            } else if (paused.isEmpty()) {
                out().println("No type is paused");
            } else {
                paused.forEach(out()::println);
            }
        }
    }

    @Command(
            name = "audit",
            description = "Lists what was done to operations with steps, the latest first: who, when, and why.",
            sortOptions = false)
    static final class AuditCommand extends StoreCommand {
        @Option(
                names = "--before",
                paramLabel = "NUMBER",
                description = "Only entries with a smaller number, to go on where a listing ended.")
        private @Nullable Long before;

        @Mixin
        private ListOptions options = new ListOptions();

        @Override
        public void run() {
            long smaller = before == null ? Long.MAX_VALUE : before;
            List<AuditView> entries =
                    store
                            .with(operations ->
                                    resumable(operations).interventions().audit(smaller, options.limit()))
                            .stream()
                            .map(AuditView::of)
                            .toList();
            if (options.json()) {
                printJson(entries);
                return;
            }
            if (entries.isEmpty()) {
                out().println("Nothing was done");
                return;
            }
            printTable(AUDIT_TITLES, entries.stream().map(AuditCommand::row).toList());
        }

        private static List<String> row(AuditView entry) {
            return List.of(
                    String.valueOf(entry.number()),
                    entry.at().toString(),
                    entry.by(),
                    entry.action(),
                    entry.key() == null ? "" : entry.key(),
                    entry.reason(),
                    entry.before());
        }
    }
}
