package dev.reprise.gateway.command;

import dev.reprise.IdempotencyException;
import dev.reprise.client.IdempotencyKey;
import dev.reprise.console.operations.RecordedResponse;
import dev.reprise.console.text.Choice;
import dev.reprise.outbox.Outbox;
import dev.reprise.outbox.OutboxEntry;
import dev.reprise.outbox.OutboxState;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** What an operator does to the operations of an outbox, beside the application that delivers them. */
@Command(
        name = "outbox",
        description = "Shows the operations of a client's outbox, and decides about those that are parked.",
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            OutboxCommand.ListCommand.class,
            OutboxCommand.ShowCommand.class,
            OutboxCommand.RetryCommand.class,
            OutboxCommand.ResolveCommand.class
        })
final class OutboxCommand extends CommandGroup {
    private static final List<String> TITLES =
            List.of("STATE", "KEY", "REQUEST", "ROUNDS", "MAY HAVE HAPPENED", "NOTE");

    /**
     * An operation in JSON.
     *
     * @param answer the answer's content, at most its first mebibyte; null if there is none or it was not asked for
     */
    private record View(
            String key,
            String method,
            URI uri,
            OutboxState state,
            int rounds,
            Instant createdAt,
            Instant dueAt,
            Instant deadline,
            boolean mayHaveHappened,
            @Nullable Integer status,
            @Nullable String note,
            RecordedResponse.@Nullable Encoding encoding,
            @Nullable String answer) {
        private static View of(OutboxEntry entry, @Nullable RecordedResponse answer) {
            return new View(
                    entry.key().value(),
                    entry.method(),
                    entry.uri(),
                    entry.state(),
                    entry.rounds(),
                    entry.createdAt(),
                    entry.dueAt(),
                    entry.deadline(),
                    entry.open(),
                    entry.status(),
                    entry.note(),
                    answer == null ? null : answer.encoding(),
                    answer == null ? null : answer.body());
        }
    }

    /** What the commands share. */
    abstract static class OneOutbox extends PrintingCommand {
        @Mixin
        final OutboxOption outbox = new OutboxOption();
    }

    /** What the commands about one operation share. */
    abstract static class OneOperation extends OneOutbox {
        @Parameters(paramLabel = "KEY", description = "The idempotency key.")
        @SuppressWarnings("NullAway.Init")
        IdempotencyKey key;

        final OutboxEntry entry(Outbox from) {
            return from.find(key)
                    .orElseThrow(() -> new IdempotencyException(
                            "There is no operation with the key " + key.value() + " in the outbox", null));
        }

        /** Says that it is done, or why it cannot be. */
        final void report(Outbox from, boolean parked, String done) {
            if (!parked) {
                throw new IdempotencyException(
                        "The operation with the key " + key.value() + " is "
                                + Choice.written(entry(from).state()) + "; only parked ones wait for a decision",
                        null);
            }
            out().println(done);
        }
    }

    @Command(name = "list", description = "Lists operations.", sortOptions = false)
    static final class ListCommand extends OneOutbox {
        @Option(
                names = "--state",
                paramLabel = "STATE",
                defaultValue = "parked",
                description = "pending, delivered, refused, parked or resolved. Default: ${DEFAULT-VALUE}.")
        private String state = "";

        @Mixin
        private ListOptions options = new ListOptions();

        @Override
        public void run() {
            OutboxState asked = asked();
            List<OutboxEntry> found = outbox.open().list(asked, options.limit());
            if (options.json()) {
                printJson(found.stream().map(entry -> View.of(entry, null)).toList());
                return;
            }
            printTable(TITLES, found.stream().map(ListCommand::row).toList());
            if (found.size() == options.limit()) {
                out().println("There may be more: see --limit.");
            }
        }

        private OutboxState asked() {
            try {
                return Choice.parse(OutboxState.class, state);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), e.getMessage(), e);
            }
        }

        /** The query of a URI may hold what is not for everybody behind the operator's back. */
        private static List<String> row(OutboxEntry entry) {
            return List.of(
                    Choice.written(entry.state()),
                    entry.key().value(),
                    entry.method() + " " + entry.uri().getAuthority()
                            + entry.uri().getRawPath(),
                    String.valueOf(entry.rounds()),
                    entry.open() ? "yes" : "no",
                    entry.note() == null ? "" : entry.note());
        }
    }

    @Command(name = "show", description = "Shows an operation with its answer, in JSON.", sortOptions = false)
    static final class ShowCommand extends OneOperation {
        @Override
        public void run() {
            Outbox from = outbox.open();
            OutboxEntry entry = entry(from);
            printJson(View.of(
                    entry,
                    from.answer(key)
                            .map(body ->
                                    RecordedResponse.of(entry.status() == null ? 0 : entry.status(), List.of(), body))
                            .orElse(null)));
        }
    }

    @Command(
            name = "retry",
            description = {
                "Sends a parked operation again, with its key, and with another hour if its deadline is over.",
                "If it may have happened, and the server's retention is over, it is parked again at once."
            },
            sortOptions = false)
    static final class RetryCommand extends OneOperation {
        @Override
        public void run() {
            Outbox from = outbox.open();
            entry(from);
            report(from, from.retry(key), "It is due: the application delivers it when it looks next.");
        }
    }

    @Command(
            name = "resolve",
            description = {
                "Ends a parked operation, which is not sent again.",
                "Find out first what happened, and say so in the note."
            },
            sortOptions = false)
    static final class ResolveCommand extends OneOperation {
        @Option(names = "--note", paramLabel = "TEXT", required = true, description = "What you have found out.")
        private String note = "";

        @Override
        public void run() {
            Outbox from = outbox.open();
            entry(from);
            report(from, from.resolve(key, note), "Resolved: it is not sent again.");
        }
    }
}
