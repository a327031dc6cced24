package dev.reprise.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

/** What somebody sees who asks for help, or mistypes a command. */
class CommandLineTest {
    static List<CommandLine> commands() {
        List<CommandLine> all = new ArrayList<>();
        collect(RepriseCommand.commandLine(), all);
        return all;
    }

    private static void collect(CommandLine command, List<CommandLine> into) {
        into.add(command);
        command.getSubcommands().values().forEach(sub -> collect(sub, into));
    }

    @Nested
    class Help {
        @ParameterizedTest
        @MethodSource("dev.reprise.gateway.command.CommandLineTest#commands")
        void of_every_command_explains_everything_within_80_columns(CommandLine command) {
            String name = command.getCommandSpec().qualifiedName();
            String[] words = (name + " --help").split(" ", -1);

            Cli.Result result = Cli.run(List.of(words).subList(1, words.length).toArray(String[]::new));

            assertThat(result.code()).isZero();
            assertThat(result.err()).isEmpty();
            assertThat(result.out()).contains("Usage: " + name, "--help");
            assertThat(result.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
            for (ArgSpec argument : command.getCommandSpec().args()) {
                assertThat(argument.description()).as(argument.toString()).isNotEmpty();
                assertThat(argument.arity().max() == 0 || !argument.paramLabel().contains("<"))
                        .as(argument.toString())
                        .isTrue();
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "operations"})
        void is_what_no_command_gets(String arguments) {
            Cli.Result result = arguments.isEmpty() ? Cli.run() : Cli.run(arguments);

            assertThat(result.code()).isEqualTo(2);
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).startsWith("Usage: reprise").contains("Commands:");
        }

        @Test
        void says_the_version_also_without_the_rest_of_the_command_line() throws IOException {
            assertThat(Cli.runAlone("--version").out())
                    .isEqualTo(Cli.run("--version").out().strip());
        }

        @Test
        void describes_the_command_that_is_named_and_all_where_none_is() {
            assertThat(RepriseCommand.commandLine("operations", "list").getSubcommands())
                    .containsOnlyKeys("operations");
            for (String[] arguments : new String[][] {{}, {"--help"}, {"help", "gateway"}, {"operation"}}) {
                assertThat(RepriseCommand.commandLine(arguments).getSubcommands())
                        .containsKeys("operations", "gateway", "help", "generate-completion");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"--version", "gateway --version", "operations list -V"})
        void has_the_version(String arguments) {
            Cli.Result result = Cli.run(arguments.split(" ", -1));

            assertThat(result.code()).isZero();
            assertThat(result.out()).matches("reprise \\S+\\R");
        }

        @Test
        void completes_in_shells() {
            Cli.Result result = Cli.run("generate-completion");

            assertThat(result.code()).isZero();
            assertThat(result.out()).startsWith("#!/usr/bin/env bash").contains("--retention", "resolve");
        }
    }

    @Nested
    class A_mistake {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "gatewya | reprise gateway | reprise",
                    "operatoins list | reprise operations | reprise",
                    "operations relase k | operations release | reprise operations",
                    "gateway --upsteam http://x | --upstream | reprise gateway",
                    "gateway --retntion 1h | --retention | reprise gateway",
                    "operations list --jsn | --json | reprise operations list",
                })
        void gets_the_nearest_command_or_option_and_exit_code_2(String arguments, String nearest, String help) {
            Cli.Result result = Cli.run(arguments.split(" ", -1));

            assertThat(result.code()).isEqualTo(2);
            assertThat(result.out()).isEmpty();
            assertThat(result.err())
                    .startsWith("reprise: Un")
                    .contains(nearest)
                    .endsWith("See " + help + " --help" + System.lineSeparator())
                    .hasLineCount(3);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "gateway --timeout 30 | '--timeout': \"30\" is not a time",
                    "gateway --timeout 0s | timeout has to be longer than 0",
                    "gateway --listen http://x | '--listen': \"http://x\" is not an address",
                    "gateway --upstream x | '--upstream': \"x\" is not the address of a service",
                    "gateway --max-request-body 1TB | '--max-request-body': \"1TB\" is not a size",
                    "gateway --authorize x | '--authorize': \"x\" is not the URL of a service",
                    "gateway --path v1 | The path pattern v1 has to start with a slash",
                    "gateway --method a(b | \"a(b\" is not a method",
                    "gateway --principal-header a(b | \"a(b\" cannot be the name of a header field",
                    "gateway --principal-header A --trusted-header B | mutually exclusive",
                    "gateway --tls-key a.pem | --tls-certificate=FILE",
                    "gateway extra | 'extra'",
                    "operations list --limit 0 | limit is positive: 0",
                    "operations list --limit many | '--limit'",
                    "operations list --state done | \"done\" is none of running, waiting, abandoned, completed, unknown",
                    "operations retry k --reason x | '--from=STEP'",
                    "operations audit --before x | '--before'",
                    "operations pause --reason x | 'TYPE'",
                    "operations list --key ü | printable ASCII",
                    "operations show | 'KEY'",
                    "operations show ü | printable ASCII",
                    "operations resolve k | '--status=NUMBER'",
                    "operations reconcile | Say which: a key, or options",
                    "operations reconcile k --state unknown | With a key there is one operation",
                    "operations resolve k --status 200 --dry-run | With a key there is one operation",
                    "operations resolve --state unknown --status 99 | A final status is 200 to 599, not 99",
                    "operations release --state unknown --repeat | --repeat is for one operation",
                    "operations resolve k --status 99 | A final status is 200 to 599, not 99",
                    "operations resolve k --status 200 --header nothing | \"nothing\" is not a header field",
                    "operations resolve k --status 200 --header Set-Cookie:a | Set-Cookie belongs to one exchange and is never replayed",
                    "operations resolve k --status 200 --header a:b --body x --body-file y | mutually exclusive",
                    "sample --listen x | '--listen': \"x\" is not an address",
                })
        void in_a_value_is_explained_in_a_line_and_gets_exit_code_2(String arguments, String message) {
            Cli.Result result = Cli.run(arguments.split(" ", -1));

            assertThat(result.code()).isEqualTo(2);
            assertThat(result.out()).isEmpty();
            assertThat(result.err())
                    .startsWith("reprise: ")
                    .contains(message)
                    .hasLineCount(2)
                    .doesNotContain("Error:")
                    .doesNotContain("Exception");
        }
    }
}
