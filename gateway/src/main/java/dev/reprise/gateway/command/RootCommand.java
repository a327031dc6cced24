package dev.reprise.gateway.command;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** What is before the name of a command. */
@Command(
        name = "reprise",
        description = "Makes HTTP APIs safe to retry.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it worked", "1:it failed; the last line says why", "2:the command line is not understood"})
class RootCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** Without a command: shows which there are. */
    @Override
    public Integer call() {
        return showUsage(spec.commandLine());
    }

    static int showUsage(CommandLine command) {
        command.usage(command.getErr());
        return CommandLine.ExitCode.USAGE;
    }
}
