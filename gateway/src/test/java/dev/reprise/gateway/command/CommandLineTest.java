package dev.reprise.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.reprise.testkit.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

/** What somebody sees who types commands. */
class CommandLineTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private String store() {
        return folder.resolve("store").toString();
    }

    /** A command line for a gateway on free ports. */
    private String[] gateway(String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("gateway", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--store", store()));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** That a command failed with one line and nothing else. */
    private static void assertFailed(Cli.Result result, String... words) {
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("reprise: ").hasLineCount(1).contains(words);
        assertThat(result.err()).doesNotContain("Exception").doesNotContain("\tat ");
    }

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
                    "operations list --state done | \"done\" is none of running, completed, unknown",
                    "operations list --key ü | printable ASCII",
                    "operations show | 'KEY'",
                    "operations show ü | printable ASCII",
                    "operations resolve k | '--status=NUMBER'",
                    "operations resolve k --status 99 | A final status is 200 to 599, not 99",
                    "operations resolve k --status 200 --header nothing | \"nothing\" is not a header field",
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

    @Nested
    class A_gateway_that_cannot_start {
        @ParameterizedTest
        @ValueSource(strings = {"--listen", "--admin"})
        void because_its_port_is_taken_names_it(String option) throws Exception {
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                String address = "127.0.0.1:" + taken.getLocalPort();
                String other = option.equals("--listen") ? "--admin" : "--listen";

                assertFailed(
                        Cli.run("gateway", "--store", store(), option, address, other, "0"),
                        "Something else listens at " + address + "; stop it, or choose another " + option);
            }
            assertThat(folder.resolve("store/admin")).doesNotExist();
        }

        @Test
        void because_its_store_is_foreign_says_what_is_there() throws Exception {
            Files.createDirectory(folder.resolve("store"));
            Files.writeString(folder.resolve("store/thesis.txt"), "x");

            assertFailed(Cli.run(gateway()), store(), "thesis.txt", "choose an empty or a new folder");
        }

        @Test
        void because_its_store_is_of_a_newer_release_says_so() throws Exception {
            Files.createDirectory(folder.resolve("store"));
            Files.writeString(folder.resolve("store/reprise-store"), "Reprise store, format 9\n");

            assertFailed(Cli.run(gateway()), "format 9", "run the release that wrote it, or a newer one");
        }

        @Test
        void because_its_store_is_a_file_says_so() throws Exception {
            file("store", "x");

            assertFailed(Cli.run(gateway()), store() + " is a file");
        }

        @Test
        void because_its_store_is_not_writable_says_so() {
            File readOnly = folder.resolve("store").toFile();
            assertThat(readOnly.mkdir() && readOnly.setWritable(false)).isTrue();
            assumeFalse(readOnly.canWrite(), "this user may write everywhere");

            assertFailed(Cli.run(gateway()), store(), "not writable");
        }

        @Test
        void because_its_file_is_not_there_or_broken_says_where() throws Exception {
            assertFailed(Cli.run(gateway("--config", "no.yaml")), "There is no file no.yaml");
            assertFailed(
                    Cli.run(gateway(
                            "--config",
                            file("a.yaml", "drain: 1s\nlisten: \"x\n").toString())),
                    "a.yaml:2: this is not YAML");
            assertFailed(
                    Cli.run(gateway("--config", file("b.yaml", "lissten: 1\n").toString())),
                    "b.yaml:1: there is no setting \"lissten\" here; did you mean \"listen\"?");
        }

        @Test
        void because_its_certificate_is_not_there_or_none_says_which() throws Exception {
            String key = file("key.pem", "not a key").toString();
            String certificate = file("certificate.pem", "not a certificate").toString();

            assertFailed(
                    Cli.run(gateway("--tls-certificate", "no.pem", "--tls-key", key)),
                    "tls.certificate: there is no file no.pem");
            assertFailed(
                    Cli.run(gateway("--tls-certificate", certificate, "--tls-key", key)),
                    "tls.certificate: the file " + certificate + " holds no certificate in PEM");
        }

        @Test
        void because_what_it_trusts_is_no_certificate_says_so() throws Exception {
            Path trust = file("trust.pem", "not a certificate");
            Path config = file("a.yaml", "upstream: https://127.0.0.1:1\nupstream-tls: {trust: " + trust + "}\n");

            assertFailed(
                    Cli.run(gateway("--config", config.toString())), "upstream-tls.trust: ", "holds no certificate");
        }

        @Test
        void ends_its_process_without_a_stack_trace_or_colours() throws Exception {
            Cli.Result result = Cli.runAlone(gateway("--config", "no.yaml"));

            assertThat(result.code()).isEqualTo(1);
            assertThat(result.out()).isEqualTo("reprise: There is no file no.yaml");
        }
    }

    @Nested
    class Options {
        @Test
        void count_more_than_the_file_and_the_file_more_than_the_defaults() throws Exception {
            Path config = file(
                    "a.yaml",
                    "admin: 127.0.0.1:0\nstore: " + folder.resolve("from-file")
                            + "\nauthorization: {url: 'http://127.0.0.1:1/', principal-header: X-User}\nlisten: nowhere:1\n");
            try (ChildProcess gateway =
                    Cli.start("gateway", "--config", config.toString(), "--listen", "127.0.0.1:0")) {
                int port = Cli.port(gateway, "serves");

                gateway.awaitLine(line -> line.endsWith("from-file"), PATIENCE);
                assertThat(post(port).statusCode())
                        .as("the authorisation of the file is asked, and not there")
                        .isEqualTo(503);
            }
        }
    }

    @Nested
    class A_running_gateway {
        private final HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

        @Test
        void greets_without_colours_and_with_commands_that_work() throws Exception {
            try (ChildProcess gateway = Cli.start(gateway())) {
                int port = Cli.port(gateway, "serves");
                String command = gateway.awaitLine(line -> line.contains("/v1/charges"), PATIENCE);
                gateway.awaitLine(line -> line.endsWith("/ledger"), PATIENCE);

                assertThat(String.join("\n", gateway.output()))
                        .doesNotContain("\u001b")
                        .contains("in front of the sample API", "records   " + store());
                assertThat(command).contains("http://127.0.0.1:" + port + "/v1/charges");
                assertThat(get(Cli.port(gateway, "operator"), "/ready").body()).isEqualTo("ready\n");
            }
        }

        @Test
        void keeps_a_second_one_out_of_its_store() throws Exception {
            try (ChildProcess gateway = Cli.start(gateway())) {
                Cli.port(gateway, "serves");

                assertFailed(
                        Cli.run(gateway()), store() + " is in use by another process", "choose another store folder");
                assertThat(Cli.run("operations", "list", "--store", store()).out())
                        .isEqualToIgnoringNewLines("No operations");
            }
        }

        @Test
        void finishes_what_it_has_begun_when_it_is_terminated() throws Exception {
            try (ChildProcess gateway = Cli.start(gateway())) {
                int port = Cli.port(gateway, "serves");
                CompletableFuture<HttpResponse<String>> response = postSlowly(port, "slow=2s");
                awaitRunning();

                int code = gateway.terminate(PATIENCE);

                assertThat(code).isEqualTo(143);
                assertThat(response.get().statusCode()).isEqualTo(201);
                assertThatThrownBy(() -> get(port, "/ledger")).isInstanceOf(ConnectException.class);
                assertThat(folder.resolve("store/admin")).doesNotExist();
                assertThat(Cli.run("operations", "list", "--store", store()).out())
                        .contains("completed  k");
            }
        }

        @Test
        void that_is_terminated_says_what_it_could_not_wait_for() throws Exception {
            Path config = file("a.yaml", "drain: 300ms\n");
            try (ChildProcess gateway = Cli.start(gateway("--config", config.toString()))) {
                CompletableFuture<HttpResponse<String>> response = postSlowly(Cli.port(gateway, "serves"), "slow=30s");
                awaitRunning();

                gateway.terminate(PATIENCE);

                assertThat(response).failsWithin(PATIENCE);
                assertThat(gateway.output()).anyMatch(line -> line.contains("Some operations are not finished"));
                assertThat(Cli.run("operations", "list", "--store", store()).out())
                        .containsPattern("(unknown|running) +k ");
            }
        }

        private void awaitRunning() {
            await().atMost(PATIENCE)
                    .until(() -> Cli.run("operations", "list", "--store", store(), "--state", "running")
                            .out()
                            .contains("running  k"));
        }

        private CompletableFuture<HttpResponse<String>> postSlowly(int port, String fault) {
            return client.sendAsync(payment(port).header("Sample-Fault", fault).build(), BodyHandlers.ofString());
        }

        private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    BodyHandlers.ofString());
        }
    }

    @Test
    void the_sample_api_serves_until_it_is_terminated() throws Exception {
        try (ChildProcess sample = Cli.start("sample", "--listen", "127.0.0.1:0")) {
            int port = Cli.port(sample, "Sample API at");

            assertThat(post(port).statusCode()).isEqualTo(201);
            assertThat(sample.terminate(PATIENCE)).isEqualTo(143);
        }
    }

    private static HttpRequest.Builder payment(int port) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/payment/alice"))
                .timeout(PATIENCE)
                .header("Idempotency-Key", "k")
                .POST(BodyPublishers.ofString("{\"amount\":1}"));
    }

    private static HttpResponse<String> post(int port) throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(payment(port).build(), BodyHandlers.ofString());
        }
    }
}
