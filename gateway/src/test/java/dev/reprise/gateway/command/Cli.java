package dev.reprise.gateway.command;

import dev.reprise.testkit.ChildProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;

/** Runs the command line, in this process or in one of its own. */
public final class Cli {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Cli() {}

    /**
     * How a command ended.
     *
     * @param code its exit code
     * @param out what it printed
     * @param err what it printed about errors
     */
    public record Result(int code, String out, String err) {}

    /** Runs a command in this process, with the width of help that a pipe gets. */
    public static Result run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = RepriseCommand.commandLine(arguments)
                .setUsageHelpAutoWidth(false)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        int code = command.execute(arguments);
        return new Result(code, out.toString(), err.toString());
    }

    /** Starts a command in a process of its own. */
    static ChildProcess start(String... arguments) throws IOException {
        return ChildProcess.java(RepriseCommand.class, List.of(), List.of(arguments));
    }

    /** Runs a command in a process of its own, which has no terminal; both kinds of output come together. */
    static Result runAlone(String... arguments) throws IOException {
        try (ChildProcess process = start(arguments)) {
            int code = process.awaitExit(LIMIT);
            return new Result(code, String.join("\n", process.output()), "");
        }
    }

    /** The port behind a word in what a gateway prints when it serves. */
    static int port(ChildProcess gateway, String word) {
        String line = gateway.awaitLine(printed -> printed.strip().startsWith(word), LIMIT);
        return Integer.parseInt(line.replaceFirst(".*127\\.0\\.0\\.1:(\\d+).*", "$1"));
    }
}
