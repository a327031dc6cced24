package dev.reprise.gateway.command;

import dev.reprise.IdempotencyException;
import dev.reprise.console.bulk.BulkAction;
import dev.reprise.console.bulk.BulkKind;
import dev.reprise.console.bulk.BulkRun;
import dev.reprise.console.bulk.BulkRun.Standing;
import dev.reprise.console.bulk.BulkRun.State;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.operations.Operations;
import dev.reprise.console.text.Choice;
import dev.reprise.gateway.command.OperationsCommand.StoreCommand;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Something that is done to one operation, or to all that the options find. */
abstract class OneOrManyCommand extends StoreCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "KEY",
            description = "The idempotency key, or its beginning and …, as the log of a gateway shows it.")
    private @Nullable OperationFilter key;

    @Mixin
    private FilterOptions filter = new FilterOptions();

    @Option(names = "--dry-run", description = "Only count to which it would be done.")
    private boolean dryRun;

    @Mixin
    final AuditOptions audit = new AuditOptions();

    /** What does it to one, and says what was done; refuses what was said and cannot be meant, before there is a store. */
    abstract Function<Operations, String> one(WhichOperation which);

    /** What is done to each of many; refuses what was said and cannot be meant, or is for one alone. */
    abstract BulkAction many();

    /** Refuses to do it to many where it cannot be done at all. */
    void requirePossible(Operations operations) {}

    /** Has something done with the store. */
    <T> T over(Function<Operations, T> work) {
        return store.with(work);
    }

    @Override
    public final void run() {
        OperationFilter said = key;
        if (said == null) {
            runMany();
            return;
        }
        if (filter.isAboutMany() || dryRun) {
            throw wrong("With a key there is one operation; leave the other options out");
        }
        WhichOperation which = new WhichOperation(said, filter.route(), filter.principal());
        String done = over(one(which));
        out().println(done);
    }

    private void runMany() {
        OperationFilter asked = filter.of(null, null, 1);
        if (asked.states().isEmpty() && !asked.narrows()) {
            throw wrong("Say which: a key, or options such as --state unknown --route NAME");
        }
        BulkAction action = many();
        Standing ended = over(operations -> {
            requirePossible(operations);
            if (dryRun) {
                return BulkRun.counting(operations, action.kind(), asked).run();
            }
            if (operations.resumable().isPresent()) {
                String ignored = audit.requireReason();
            }
            return BulkRun.ofMatching(operations, action, asked, audit.initiator())
                    .run();
        });
        report(action.kind(), ended);
    }

    final ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    private void report(BulkKind kind, Standing ended) {
        if (ended.state() != State.DONE) {
            String until = ended.came().isEmpty() ? "" : " Until then: " + ended.inWords() + ".";
            throw new IdempotencyException("It did not come to its end: " + ended.why() + "." + until, null);
        }
        if (dryRun) {
            out().println("Would " + Choice.written(kind) + " " + ended.matching() + " operations, of about "
                    + ended.looked() + " records that were looked at.");
            return;
        }
        ended.came()
                .forEach((result, many) ->
                        out().println(result.label() + ": " + many + "." + (many == 0 ? "" : " " + result.meaning())));
    }
}
