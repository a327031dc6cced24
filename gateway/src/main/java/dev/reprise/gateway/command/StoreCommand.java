package dev.reprise.gateway.command;

import dev.reprise.gateway.config.StoreLocation;
import dev.reprise.gateway.store.OpenStore;
import dev.reprise.spi.support.MovingStore;
import java.time.Duration;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What an operator does to whole stores. */
@Command(
        name = "store",
        description = "Moves records from one store to another.",
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = StoreCommand.CopyCommand.class)
final class StoreCommand extends CommandGroup {
    @Command(
            name = "copy",
            description = {
                "Copies all records that the other store does not have yet, and leaves the first one as it is.",
                "Nobody may use either store meanwhile: stop the gateways. To move while they work, start them on the other",
                "store with --move-from instead. What was running is unknown in the copy, because nobody can tell how it",
                "ended. It can be broken off and started again."
            },
            sortOptions = false)
    static final class CopyCommand extends PrintingCommand {
        private static final Duration REPORT = Duration.ofSeconds(1);

        @Option(
                names = "--from",
                paramLabel = "PLACE",
                required = true,
                description = "A folder, or the URL of a database.")
        @SuppressWarnings("NullAway.Init")
        private String from;

        @Option(names = "--to", paramLabel = "PLACE", required = true, description = "Another one.")
        @SuppressWarnings("NullAway.Init")
        private String to;

        private long reported = System.nanoTime();

        @Override
        public void run() {
            StoreLocation source = place(from);
            StoreLocation target = place(to);
            if (source.equals(target)) {
                throw new ParameterException(spec.commandLine(), "--from and --to are the same place");
            }
            try (OpenStore there = OpenStore.existing(source);
                    OpenStore here = OpenStore.at(target)) {
                MovingStore moving = MovingStore.copying(there.operations(), here.operations(), InstantSource.system());
                long copied = moving.bringAll(this::report);
                out().println("Copied " + copied + " records from " + source + " to " + target + ".");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void report(long seen) {
            if (System.nanoTime() - reported >= REPORT.toNanos()) {
                reported = System.nanoTime();
                spec.commandLine().getErr().println(seen + " records looked at");
            }
        }

        private StoreLocation place(String text) {
            try {
                return StoreLocation.parse(text);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), e.getMessage(), e);
            }
        }
    }
}
