package dev.reprise.gateway.command;

import dev.reprise.console.operations.ListedState;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.operations.OperationListing;
import dev.reprise.console.operations.Operations;
import dev.reprise.gateway.command.OperationsCommand.StoreCommand;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Forgets what a person was answered. */
@Command(
        name = "forget",
        description = {
            "Erases all recorded answers to a caller but for their status. Retries get the status, and nothing is executed again.",
            "Key, caller and fingerprint stay until the retention is over."
        },
        sortOptions = false)
final class ForgetCommand extends StoreCommand {
    private static final int BATCH = 100;
    private static final int LOOK_AT = 2_000;
    private static final int MOST_UNFINISHED = 1_000;

    @Option(names = "--principal", paramLabel = "NAME", required = true, description = "Whose answers.")
    @SuppressWarnings("NullAway.Init")
    private String principal;

    @Option(names = "--dry-run", description = "Only count what would be erased.")
    private boolean dryRun;

    @Mixin
    private AuditOptions audit = new AuditOptions();

    /** How much there was. */
    private record Found(long erased, int unfinished) {}

    @Override
    public void run() {
        Found found = store.with(operations -> {
            // Counted first: what is finished while answers are erased is said to be left.
            int unfinished = unfinished(operations);
            return new Found(erase(operations), unfinished);
        });
        out().println(
                        dryRun
                                ? "Would erase " + found.erased() + " answers."
                                : "Erased " + found.erased()
                                        + " answers. Gateways and applications that keep them in memory answer with them for a minute at most.");
        if (found.unfinished() > 0) {
            out().println("Not finished, and left as they are, with what they have: "
                    + (found.unfinished() == MOST_UNFINISHED ? MOST_UNFINISHED + " or more" : found.unfinished())
                    + ". End them, and do this again; see reprise operations list --principal NAME.");
        }
    }

    private long erase(Operations operations) {
        OperationFilter finished = of(Set.of(ListedState.COMPLETED));
        long erased = 0;
        String next = null;
        do {
            OperationListing listing = operations.list(finished.page(next, BATCH, LOOK_AT));
            erased += dryRun
                    ? listing.operations().size()
                    : operations.eraseAnswers(listing.operations(), audit.initiator());
            next = listing.next();
        } while (next != null);
        return erased;
    }

    private int unfinished(Operations operations) {
        OperationFilter open =
                of(Set.of(ListedState.RUNNING, ListedState.WAITING, ListedState.ABANDONED, ListedState.UNKNOWN));
        return operations
                .list(open.page(null, MOST_UNFINISHED, Integer.MAX_VALUE))
                .operations()
                .size();
    }

    private OperationFilter of(Set<ListedState> states) {
        return new OperationFilter(
                states, null, null, principal, null, null, null, null, null, BATCH, Integer.MAX_VALUE);
    }
}
