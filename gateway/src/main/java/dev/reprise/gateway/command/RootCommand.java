package dev.reprise.gateway.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

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
class RootCommand extends CommandGroup {}
