package dev.reprise.gateway.command;

import dev.reprise.console.access.ConsoleToken;
import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.Role;
import dev.reprise.console.text.Choice;
import java.security.SecureRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** What the console needs that is at the admin address of a gateway. */
@Command(
        name = "console",
        description = "Makes what lets somebody into the console of a gateway.",
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = ConsoleCommand.TokenCommand.class)
final class ConsoleCommand extends CommandGroup {
    /** Makes a token. */
    @Command(
            name = "token",
            description = {
                "Makes a token for a user, and prints it and the line for the file of users.",
                "The token is kept nowhere: give it to the user, and the line to the file."
            },
            sortOptions = false)
    static final class TokenCommand extends PrintingCommand {
        @Parameters(paramLabel = "NAME", description = "The user, as the audit names them.")
        @SuppressWarnings("NullAway.Init")
        private String name;

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                defaultValue = "viewer",
                description = "viewer or operator. Default: ${DEFAULT-VALUE}.")
        @SuppressWarnings("NullAway.Init")
        private String role;

        @Override
        public void run() {
            ConsoleUser user = user();
            ConsoleToken token = ConsoleToken.create(new SecureRandom());
            spec.commandLine().getErr().println("The token, which is shown only now: " + token.text());
            spec.commandLine().getErr().println("The line for the file that console.users names:");
            out().println(token.line(user));
        }

        private ConsoleUser user() {
            try {
                return new ConsoleUser(name, Choice.parse(Role.class, role));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), e.getMessage(), e);
            }
        }
    }
}
