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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody sees who starts a gateway, or the sample API alone. Mostly waits for processes, so several run at a time. */
@Execution(ExecutionMode.CONCURRENT)
class GatewayCommandTest {
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
        void because_routes_have_no_service_says_so_and_serves_no_sample() throws Exception {
            Path config = file(
                    "a.yaml", "drain: 1s\nroutes:\n  - path: /a\n  - path: /b\n    upstream: http://127.0.0.1:1\n");

            assertFailed(
                    Cli.run(gateway("--config", config.toString())),
                    "a.yaml:3: The route /a has no upstream; give it one, or the gateway");
            assertFailed(Cli.run(gateway("--path", "/a")), "reprise: The route /a has no upstream");
        }

        @Test
        void because_of_settings_that_contradict_each_other_names_the_file_and_the_line() throws Exception {
            Path config = file("a.yaml", "upstream: http://127.0.0.1:1\ntls:\n  certificate: no.pem\n  key: no.pem\n");

            assertFailed(
                    Cli.run(gateway("--config", config.toString())),
                    "a.yaml:3: tls.certificate: there is no file no.pem");
            assertFailed(
                    Cli.run(gateway("--config", config.toString(), "--tls-certificate", "x", "--tls-key", "x")),
                    "reprise: tls.certificate: there is no file x");
        }

        @Test
        void because_its_folder_cannot_be_made_says_why() {
            Cli.Result result = Cli.run(
                    "gateway", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--store", "/proc/reprise/store");

            assertFailed(result, "/proc/reprise/store cannot be used: there is no folder ");
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
        void says_loudly_that_it_is_in_front_of_a_sample() throws Exception {
            try (ChildProcess gateway = Cli.start(gateway())) {
                Cli.port(gateway, "serves");

                assertThat(gateway.output())
                        .anyMatch(line -> line.startsWith("reprise: ") && line.contains("SAMPLE API"));
            }
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "profile: oasis",
                    "profile: stripe",
                    "profile: acp",
                    "profile: adcp",
                    "key-sources: ['query:ClientToken', 'form:ClientToken']",
                    "key-sources: ['form:ClientToken']",
                    "key-sources: ['json:/idempotency_key']",
                    "key-sources: ['header:PayPal-Request-Id']",
                })
        void greets_with_commands_that_charge_once_in_every_dialect(String defaults) throws Exception {
            Path config = file("a.yaml", "defaults: {" + defaults + "}\n");
            try (ChildProcess gateway = Cli.start(gateway("--config", config.toString()))) {
                gateway.awaitLine(line -> line.endsWith("/ledger"), PATIENCE);
                List<String> commands = gateway.output().stream()
                        .map(String::strip)
                        .filter(line -> line.startsWith("curl -i "))
                        .toList();

                assertThat(commands).isNotEmpty();
                for (String command : commands) {
                    assertThat(shell(command)).contains("HTTP/1.1 20").doesNotContainIgnoringCase("replayed: true");
                    assertThat(shell(command)).as(command).containsIgnoringCase("idempotent-replayed: true");
                }
            }
        }

        @Test
        void greets_with_no_command_that_it_does_not_protect() throws Exception {
            try (ChildProcess gateway = Cli.start(gateway("--method", "PUT"))) {
                gateway.awaitLine(line -> line.endsWith("/ledger"), PATIENCE);

                assertThat(gateway.output()).noneMatch(line -> line.contains("curl -i"));
            }
        }

        private static String shell(String command) throws Exception {
            Process process = new ProcessBuilder("sh", "-c", command + " -s")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
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
                        .containsPattern("(unknown|abandoned) +k ");
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
