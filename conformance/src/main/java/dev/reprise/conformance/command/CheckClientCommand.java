package dev.reprise.conformance.command;

import dev.reprise.conformance.Report;
import dev.reprise.conformance.client.ClientCheck;
import dev.reprise.conformance.client.ClientKeyPlace;
import dev.reprise.conformance.client.ClientProgram;
import dev.reprise.conformance.report.TextReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks how a client retries; a subcommand for any command line made with picocli. */
@Command(
        name = "check-client",
        description = {
            "Checks how a client program retries: listens like an API, fails in several ways, and judges what comes.",
            "The program is started once for each way. It makes two operations, one after the other, at {url} or"
                    + " REPRISE_URL, by requests that carry operation-1 and operation-2 in their bodies, and ends."
        },
        sortOptions = false,
        abbreviateSynopsis = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing was found at the level",
            "1:there are findings",
            "2:the command line is not understood",
            "3:the client cannot be checked; the last line says why"
        },
        footerHeading = "%nMore in docs/check-client.md. Example: reprise check-client -- node client.mjs {url}%n")
public final class CheckClientCommand implements Callable<Integer> {
    private static final int WIDEST_ID = "C2-in-progress".length();

    @Parameters(
            paramLabel = "COMMAND",
            arity = "0..*",
            description = "The program and its arguments, after --. Without it you start the program yourself.")
    private List<String> command = new ArrayList<>();

    @Option(names = "--name", paramLabel = "NAME", description = "What reports call it. Default: the program.")
    private @Nullable String name;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Where to listen on 127.0.0.1. Default: any port that is free.")
    private int port;

    @Option(
            names = "--key-header",
            paramLabel = "NAME",
            defaultValue = "Idempotency-Key",
            description = "The header field of the key. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String keyHeader;

    @Option(
            names = "--key-member",
            paramLabel = "NAME",
            description = "The member of the JSON or form body that carries the key, instead.")
    private @Nullable String keyMember;

    @Option(
            names = "--answer",
            paramLabel = "JSON",
            description = "The body of a successful answer. Default: an object with id, object and status.")
    private @Nullable String answer;

    @Option(
            names = "--rounds",
            paramLabel = "NUMBER",
            defaultValue = "6",
            description = "How often a server that is down is shown, to compare waits. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--longest",
            paramLabel = "TIME",
            converter = Converters.Time.class,
            defaultValue = "1m",
            description = "After this time a run is ended. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration longest;

    @ArgGroup(exclusive = false, validate = false, heading = "%nThe report:%n")
    private ReportOptions reports = new ReportOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** Checks, prints, and returns the exit code. */
    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        TextReport text = new TextReport(spec.usageMessage().width(), Ansi.AUTO.enabled(), WIDEST_ID);
        Report report = check(out).run(uri -> out.println("Listens   at " + uri + "\n"), line -> {
            out.println(line);
            out.flush();
        });
        report.observations().forEach(seen -> out.println("\nSaw       " + seen));
        out.println();
        report.results().forEach(result -> out.println(text.line(result)));
        out.print(text.end(report));
        out.flush();
        return reports.write(report, spec.commandLine());
    }

    private ClientCheck check(PrintWriter out) {
        try {
            ClientCheck.Settings usual = ClientCheck.Settings.DEFAULT;
            ClientCheck.Settings settings = new ClientCheck.Settings(
                    port,
                    keyMember == null ? new ClientKeyPlace(keyHeader, false) : new ClientKeyPlace(keyMember, true),
                    answer == null ? usual.success() : answer,
                    rounds,
                    longest);
            return new ClientCheck(name(), command.isEmpty() ? byHand(out) : new CommandProgram(command), settings);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private String name() {
        if (name != null) {
            return name;
        }
        return command.isEmpty()
                ? "a client that was started by hand"
                : String.valueOf(Path.of(command.getFirst()).getFileName());
    }

    /** Somebody starts the client, and presses a key when it has ended. */
    private static ClientProgram byHand(PrintWriter out) {
        return (URI address, Duration atMost) -> {
            out.println("    Start the client at " + address + ", and press Enter when it has ended");
            out.flush();
            try {
                int next = System.in.read();
                while (next >= 0 && next != '\n') {
                    next = System.in.read();
                }
                return new ClientProgram.Ended(next >= 0, next < 0 ? "There is no more input" : "Was it started?");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}
