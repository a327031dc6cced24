package dev.reprise.gateway.command;

import dev.reprise.IdempotencyException;
import dev.reprise.conformance.command.CheckClientCommand;
import dev.reprise.conformance.command.CheckCommand;
import dev.reprise.herd.HerdCommand;
import dev.reprise.outbox.OutboxException;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.logging.Logger;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line, with all commands. */
@Command(
        subcommands = {
            GatewayCommand.class,
            CheckCommand.class,
            CheckClientCommand.class,
            HerdCommand.class,
            OperationsCommand.class,
            ConsoleCommand.class,
            OutboxCommand.class,
            SchemaCommand.class,
            KeyCommand.class,
            StoreCommand.class,
            SampleCommand.class,
            SelfTestCommand.class,
            AutoComplete.GenerateCompletion.class,
            CommandLine.HelpCommand.class
        })
public final class RepriseCommand extends RootCommand {
    static {
        if (System.getProperty("java.util.logging.manager") == null) {
            System.setProperty("java.util.logging.manager", LastingLogs.class.getName());
        }
        // One line per message, unless somebody has configured the logs.
        if (System.getProperty("java.util.logging.SimpleFormatter.format") == null) {
            System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL %4$s %5$s%6$s%n");
        }
    }

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        if (arguments.length == 1 && arguments[0].equals("--version")) {
            // As picocli would, which takes several times as long to get ready.
            System.out.println(Version.line());
            return;
        }
        List<Logger> drivers = LastingLogs.withoutDrivers();
        int code;
        try {
            code = commandLine(arguments).execute(arguments);
        } finally {
            Reference.reachabilityFence(drivers);
        }
        if (code != 0) {
            System.exit(code);
        }
    }

    /**
     * The command line for these arguments. To describe all commands takes longer than most of them, so the others are left out
     * where the first argument names one of ours.
     */
    static CommandLine commandLine(String... arguments) {
        String first = arguments.length == 0 ? "" : arguments[0];
        return configured(Arrays.stream(command(RepriseCommand.class).subcommands())
                .filter(type -> type.getName().startsWith("dev.reprise.")
                        && command(type).name().equals(first))
                .findFirst()
                .map(type -> new CommandLine(new RootCommand()).addSubcommand(type))
                .orElseGet(() -> new CommandLine(new RepriseCommand())));
    }

    private static Command command(Class<?> type) {
        return Objects.requireNonNull(type.getAnnotation(Command.class));
    }

    private static CommandLine configured(CommandLine command) {
        return command.registerConverter(dev.reprise.gateway.config.Address.class, Converters::address)
                .registerConverter(dev.reprise.gateway.config.Origin.class, Converters::origin)
                .registerConverter(java.time.Duration.class, Converters::duration)
                .registerConverter(dev.reprise.gateway.config.Size.class, Converters::size)
                .registerConverter(java.net.URI.class, Converters::authorization)
                .registerConverter(dev.reprise.store.jdbc.TableName.class, Converters::table)
                .registerConverter(dev.reprise.http.Profile.class, Converters::profile)
                .registerConverter(dev.reprise.console.operations.OperationFilter.class, Converters::operationKey)
                .registerConverter(dev.reprise.client.IdempotencyKey.class, Converters::clientKey)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(RepriseCommand::correct)
                .setExecutionExceptionHandler(RepriseCommand::explain);
    }

    /** What is wrong and where to read on; the whole usage would push it out of sight. */
    private static int correct(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        print(command, String.valueOf(failure.getMessage()).replaceFirst("^Error: ", ""));
        UnmatchedArgumentException.printSuggestions(failure, command.getErr());
        command.getErr().println("See " + command.getCommandSpec().qualifiedName() + " --help");
        return CommandLine.ExitCode.USAGE;
    }

    /** What is expected to go wrong is one line; everything else is a bug and shows where it is. */
    private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed)
            throws Exception {
        switch (failure) {
            case IdempotencyException expected -> print(command, String.valueOf(expected.getMessage()));
            case OutboxException expected -> print(command, String.valueOf(expected.getMessage()));
            case UncheckedIOException expected -> print(command, String.valueOf(expected.getMessage()));
            default -> throw failure;
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static void print(CommandLine command, String message) {
        command.getErr().println(command.getColorScheme().errorText("reprise: " + message));
    }
}
