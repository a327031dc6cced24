package dev.reprise.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Index.atIndex;
import static org.awaitility.Awaitility.await;

import dev.reprise.gateway.Gateway;
import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.config.Origin;
import dev.reprise.gateway.config.Settings;
import dev.reprise.gateway.config.SettingsFile;
import dev.reprise.gateway.sample.SampleApi;
import dev.reprise.testkit.ChildProcess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an operator does to operations, while the gateway runs and while it does not. */
class OperationsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    private final SampleApi sample = SampleApi.start(Address.parse("127.0.0.1:0"));
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private @Nullable Gateway gateway;

    @BeforeEach
    void start() {
        start("");
    }

    private void start(String defaults) {
        try {
            Path file = Files.writeString(
                    folder.resolve("reprise.yaml"), "listen: 0\nadmin: 0\nstore: " + store() + "\n" + defaults);
            gateway = Gateway.start(SettingsFile.read(file)
                    .orElse(Settings.ofUpstream(new Origin(false, "127.0.0.1", sample.port())))
                    .complete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void stop() {
        stopGateway();
        client.shutdownNow();
        sample.close();
    }

    private void stopGateway() {
        Gateway running = gateway;
        gateway = null;
        if (running != null) {
            running.close();
        }
    }

    private Gateway gateway() {
        Gateway running = gateway;
        if (running == null) {
            throw new AssertionError("The gateway is stopped");
        }
        return running;
    }

    private Path store() {
        return folder.resolve("store");
    }

    private HttpRequest.Builder payment(String key) {
        return payment(gateway().address().port(), key);
    }

    private static HttpRequest.Builder payment(int port, String key) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/payment/alice"))
                .timeout(PATIENCE)
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString("{\"amount\":1}"));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** Makes an operation whose outcome nobody can tell. */
    private void crash(String key) throws IOException, InterruptedException {
        HttpResponse<String> lost = send(payment(key).header("Sample-Fault", "crash"));
        assertThat(lost.statusCode()).isEqualTo(502);
        HttpResponse<String> retry = send(payment(key));
        assertThat(retry.statusCode()).isEqualTo(409);
        assertThat(retry.body()).contains("outcome-unknown");
    }

    private Cli.Result operations(String... arguments) {
        List<String> words = new ArrayList<>(List.of("operations"));
        words.addAll(List.of(arguments));
        words.addAll(List.of("--store", store().toString()));
        return Cli.run(words.toArray(String[]::new));
    }

    private String done(String... arguments) {
        Cli.Result result = operations(arguments);
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        return result.out();
    }

    private String refused(String... arguments) {
        Cli.Result result = operations(arguments);
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("reprise: ").hasLineCount(1).doesNotContain("Exception");
        return result.err();
    }

    /** Stops the gateway where a test is about its folder. */
    private void running(boolean running) {
        if (!running) {
            stopGateway();
        }
    }

    private void runningAgain() {
        if (gateway == null) {
            start("");
        }
    }

    @Nested
    class An_unknown_operation {
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void is_listed_and_shown(boolean running) throws Exception {
            crash("order-1");
            running(running);

            String table = done("list");
            JsonNode listed = JSON.readTree(done("list", "--state", "unknown", "--json"));
            JsonNode shown = JSON.readTree(done("show", "order-1"));

            assertThat(table.lines())
                    .hasSize(2)
                    .satisfies(
                            head -> assertThat(head).matches("STATE +KEY +ROUTE +PRINCIPAL +CREATED +DETAIL"),
                            atIndex(0))
                    .satisfies(row -> assertThat(row).startsWith("unknown  order-1  /**    anonymous  20"), atIndex(1));
            assertThat(table).doesNotContain("\u001b");
            assertThat(listed).hasSize(1);
            assertThat(listed.get(0)).isEqualTo(shown);
            assertThat(shown.propertyNames())
                    .containsExactly(
                            "principal",
                            "route",
                            "key",
                            "state",
                            "token",
                            "attempt",
                            "created-at",
                            "ended-at",
                            "reason");
            assertThat(shown.path("state").asString()).isEqualTo("unknown");
            assertThat(shown.path("key").asString()).isEqualTo("order-1");
            assertThat(done("list", "--state", "running", "--state", "completed"))
                    .isEqualToIgnoringNewLines("No operations");
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void is_released_and_the_next_request_executes(boolean running) throws Exception {
            crash("k");
            running(running);

            assertThat(done("release", "k")).startsWith("Released");
            assertThat(refused("release", "k")).contains("There is no operation with the key k");

            runningAgain();
            HttpResponse<String> next = send(payment("k"));
            assertThat(next.statusCode()).isEqualTo(201);
            assertThat(next.headers().map()).doesNotContainKey("idempotent-replayed");
            assertThat(sample.ledger().entries()).hasSize(2);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void is_resolved_and_retries_get_the_response_byte_for_byte(boolean running) throws Exception {
            crash("k");
            running(running);
            byte[] content = {0, (byte) 0xff, '\r', '\n', '"', 0};
            Path file = Files.write(folder.resolve("content"), content);

            assertThat(done(
                            "resolve",
                            "k",
                            "--status",
                            "202",
                            "--header",
                            "Content-Type: application/octet-stream",
                            "--header",
                            "X-Receipt: 7: eight",
                            "--header",
                            "Content-Length: 3",
                            "--body-file",
                            file.toString()))
                    .startsWith("Resolved");
            assertThat(done("list")).contains("completed  k").contains("202, kept until");
            assertThat(JSON.readTree(done("show", "k"))
                            .path("response")
                            .path("encoding")
                            .asString())
                    .isEqualTo("base64");
            assertThat(refused("release", "k")).contains("is finished, and finished records are never changed");

            runningAgain();
            for (int i = 0; i < 2; i++) {
                HttpResponse<byte[]> retry = client.send(payment("k").build(), BodyHandlers.ofByteArray());
                assertThat(retry.statusCode()).isEqualTo(202);
                assertThat(retry.body()).isEqualTo(content);
                assertThat(retry.headers().firstValue("content-type")).hasValue("application/octet-stream");
                assertThat(retry.headers().firstValue("x-receipt")).hasValue("7: eight");
                assertThat(retry.headers().firstValue("idempotent-replayed")).hasValue("true");
            }
            assertThat(sample.ledger().entries()).hasSize(1);
        }

        @Test
        void is_resolved_with_text_or_without_content() throws Exception {
            crash("text");
            crash("empty");

            done("resolve", "text", "--status", "201", "--body", "grüße");
            done("resolve", "empty", "--status", "204");

            assertThat(send(payment("text")).body()).isEqualTo("grüße");
            HttpResponse<String> empty = send(payment("empty"));
            assertThat(empty.statusCode()).isEqualTo(204);
            assertThat(empty.body()).isEmpty();
        }

        @Test
        void keeps_its_state_if_the_answer_cannot_be_read() throws Exception {
            crash("k");

            assertThat(refused("resolve", "k", "--status", "200", "--body-file", "no-such-file"))
                    .contains("no-such-file");
            assertThat(done("list")).contains("unknown  k");
        }
    }

    @Nested
    class Another_operation {
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void that_is_completed_is_not_changed(boolean running) throws Exception {
            String first = send(payment("k")).body();
            running(running);

            assertThat(refused("release", "k")).contains("finished records are never changed");
            assertThat(refused("resolve", "k", "--status", "500")).contains("finished records are never changed");
            assertThat(JSON.readTree(done("show", "k"))
                            .path("response")
                            .path("body")
                            .asString())
                    .isEqualTo(first);

            runningAgain();
            assertThat(send(payment("k")).body()).isEqualTo(first);
        }

        @Test
        void that_is_running_is_not_changed() throws Exception {
            CompletableFuture<HttpResponse<String>> response = client.sendAsync(
                    payment("k").header("Sample-Fault", "slow=3s").build(), BodyHandlers.ofString());
            await().atMost(PATIENCE).until(() -> done("list").contains("running  k"));

            assertThat(refused("release", "k")).contains("is running and its owner is alive");
            assertThat(refused("resolve", "k", "--status", "200")).contains("is running and its owner is alive");

            assertThat(response.get().statusCode()).isEqualTo(201);
            assertThat(done("list")).contains("completed  k");
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void with_the_same_key_is_told_apart_by_its_caller(boolean running) throws Exception {
            send(payment("k").header("Authorization", "Bearer alice"));
            HttpResponse<String> lost =
                    send(payment("k").header("Authorization", "Bearer bob").header("Sample-Fault", "crash"));
            assertThat(lost.statusCode()).isEqualTo(502);
            running(running);

            assertThat(refused("release", "k"))
                    .contains("2 operations have the key k; say which one with --route and --principal");
            String bob = done("list", "--key", "k")
                    .lines()
                    .filter(line -> line.startsWith("unknown"))
                    .map(line -> line.split(" +", -1)[3])
                    .findFirst()
                    .orElseThrow();
            assertThat(bob).startsWith("sha256:");
            assertThat(refused("show", "k", "--principal", "nobody"))
                    .contains("There is no operation with the key k of nobody");
            assertThat(refused("show", "k", "--route", "/b")).contains("no operation with the key k at /b");
            assertThat(done("release", "k", "--route", "/**", "--principal", bob))
                    .startsWith("Released");
            assertThat(done("list")).contains("completed  k").doesNotContain("unknown");
        }

        @Test
        void that_has_expired_is_purged() throws Exception {
            stopGateway();
            start("defaults: {retention: 1ms}\n");
            send(payment("a"));
            send(payment("b"));
            stopGateway();

            assertThat(done("purge")).isEqualToIgnoringNewLines("2 expired records deleted");
            assertThat(done("purge")).isEqualToIgnoringNewLines("0 expired records deleted");
            start("");
            assertThat(done("purge")).isEqualToIgnoringNewLines("0 expired records deleted");
        }

        @Test
        void beyond_the_limit_is_announced() throws Exception {
            send(payment("a"));
            send(payment("b"));

            assertThat(done("list", "--limit", "1")).hasLineCount(3).contains("There may be more: see --limit.");
        }
    }

    @Nested
    class A_folder {
        @Test
        void that_is_no_store_is_refused_and_left_alone() throws Exception {
            Path empty = Files.createDirectory(folder.resolve("empty"));

            assertThat(Cli.run("operations", "list", "--store", empty.toString())
                            .err())
                    .contains("is empty; name the store of your gateway with --store");
            assertThat(empty).isEmptyDirectory();
            assertThat(Cli.run(
                                    "operations",
                                    "list",
                                    "--store",
                                    folder.resolve("none").toString())
                            .err())
                    .contains("There is no store folder");
        }

        @Test
        void of_a_gateway_holds_access_for_its_user_only_while_it_runs() throws Exception {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store().resolve("admin"))))
                    .isEqualTo("rw-------");

            stopGateway();

            assertThat(store().resolve("admin")).doesNotExist();
        }

        @Test
        void of_a_killed_gateway_with_its_access_still_in_it_works() throws Exception {
            stopGateway();
            try (ChildProcess killed = Cli.start(
                    "gateway", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--store", store().toString())) {
                int port = Cli.port(killed, "serves");
                Cli.port(killed, "operator");
                CompletableFuture<HttpResponse<String>> lost = client.sendAsync(
                        payment(port, "k").header("Sample-Fault", "slow=50s").build(), BodyHandlers.ofString());
                await().atMost(PATIENCE).until(() -> done("list").contains("running  k"));
                killed.kill();
                assertThat(lost).failsWithin(PATIENCE);
            }
            assertThat(store().resolve("admin")).exists();

            assertThat(done("list")).contains("running  k");
            assertThat(done("release", "k")).startsWith("Released");
            assertThat(done("list")).isEqualToIgnoringNewLines("No operations");

            Files.writeString(store().resolve("admin"), "127.0.0.1:1\nstale\n");
            start("");
            assertThat(send(payment("k")).statusCode()).isEqualTo(201);
            assertThat(done("list")).contains("completed  k");
        }

        @Test
        void in_use_by_something_that_is_no_gateway_says_so() throws Exception {
            Files.delete(store().resolve("admin"));
            assertThat(refused("list")).contains("It is not a gateway that can be asked; stop it first.");

            Files.writeString(store().resolve("admin"), "127.0.0.1:1\nstale\n");
            assertThat(refused("list")).contains("does not answer at its admin address 127.0.0.1:1");

            Files.writeString(store().resolve("admin"), "127.0.0.1:" + sample.port() + "\nstale\n");
            assertThat(refused("list")).contains("answered 404");

            Files.writeString(store().resolve("admin"), "nonsense\nstale\n");
            assertThat(refused("list")).contains("It is not a gateway that can be asked");
        }
    }

    @Nested
    class The_admin_address {
        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create("http://" + gateway().admin() + path))
                    .timeout(PATIENCE);
        }

        private HttpRequest.Builder authorized(String path) throws IOException {
            String secret = Files.readAllLines(store().resolve("admin")).get(1);
            return request(path).header("Authorization", "Bearer " + secret);
        }

        @Test
        void serves_health_readiness_and_metrics_to_everybody() throws Exception {
            send(payment("k"));

            assertThat(send(request("/health")).body()).isEqualTo("up\n");
            assertThat(send(request("/ready")).body()).isEqualTo("ready\n");
            assertThat(send(request("/metrics")).body())
                    .contains("reprise_operations_seconds_count{event=\"executed\",route=\"/**\"} 1");
            assertThat(send(request("/other")).statusCode()).isEqualTo(404);
        }

        @Test
        void has_the_metrics_that_the_documentation_lists() throws Exception {
            send(payment("k"));
            String page = Files.readString(Path.of("../docs/gateway.md"));

            assertThat(send(request("/metrics")).body().lines())
                    .filteredOn(line -> line.startsWith("# TYPE reprise_"))
                    .hasSizeGreaterThan(5)
                    .allSatisfy(line -> assertThat(page).contains("`" + line.split(" ", -1)[2]));
        }

        @ParameterizedTest
        @CsvSource({"GET, /operations", "POST, /operations/end", "POST, /operations/purge"})
        void keeps_operations_from_who_does_not_show_the_secret(String method, String path) throws Exception {
            String secret = Files.readAllLines(store().resolve("admin")).get(1);
            for (String credential :
                    List.of("", "Bearer", "Bearer x", "Basic " + secret, secret, "Bearer " + secret + "x")) {
                HttpRequest.Builder request = request(path).method(method, BodyPublishers.ofString("{}"));
                HttpResponse<String> response =
                        send(credential.isEmpty() ? request : request.header("Authorization", credential));

                assertThat(response.statusCode()).as(credential).isEqualTo(401);
                assertThat(response.headers().firstValue("www-authenticate")).hasValue("Bearer");
                assertThat(response.body()).doesNotContain(secret);
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "state=done",
                    "limit=many",
                    "limit=0",
                    "limit=-1",
                    "limit=99999999999",
                    "key=",
                    "key=%C3%BC",
                    "key=%0A",
                })
        void refuses_a_malformed_question(String query) throws Exception {
            assertThat(send(authorized("/operations?" + query))).satisfies(response -> assertMalformed(response, 400));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "nonsense",
                    "",
                    "null",
                    "[]",
                    "{}",
                    "{\"principal\":\"a\",\"route\":\"b\",\"token\":1}",
                    "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"\",\"token\":1}",
                    "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":-1}",
                    "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":\"x\"}",
                    "{\"principal\":\"a\\n\",\"route\":\"b\",\"key\":\"k\",\"token\":1}",
                    "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":1,\"more\":1}",
                    "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":1,\"response\":{}}",
                    "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":1,\"response\":{\"status\":100}}",
                    "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":1,"
                            + "\"response\":{\"status\":200,\"headers\":[\"a b: c\"]}}",
                    "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":1,"
                            + "\"response\":{\"status\":200,\"headers\":[\"a: b\\r\\nc: d\"]}}",
                    "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":1,"
                            + "\"response\":{\"status\":200,\"headers\":[null]}}",
                    "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":1,"
                            + "\"response\":{\"status\":200,\"body\":\"?\",\"encoding\":\"base64\"}}",
                    "{\"principal\":\"a\",\"route\":\"b\",\"key\":\"k\",\"token\":1,"
                            + "\"response\":{\"status\":200,\"encoding\":\"zip\"}}",
                })
        void refuses_a_malformed_order(String body) throws Exception {
            assertThat(send(authorized("/operations/end").POST(BodyPublishers.ofString(body))))
                    .satisfies(response -> assertMalformed(response, 400));
        }

        @Test
        void refuses_a_body_without_length_or_end() throws Exception {
            assertMalformed(
                    send(authorized("/operations/end")
                            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[1])))),
                    411);
            assertMalformed(
                    send(authorized("/operations/end").POST(BodyPublishers.ofByteArray(new byte[(4 << 20) + 1]))), 413);
        }

        @Test
        void changes_nothing_that_it_was_not_shown() throws Exception {
            crash("k");

            HttpResponse<String> response = send(authorized("/operations/end")
                    .POST(BodyPublishers.ofString(
                            "{\"principal\":\"anonymous\",\"route\":\"/**\",\"key\":\"k\",\"token\":4711}")));

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("\"changed\"");
            assertThat(done("list")).contains("unknown  k");
        }

        private static void assertMalformed(HttpResponse<String> response, int status) {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
            assertThat(response.body()).isNotBlank().doesNotContain("\tat ", "java.", "Exception");
            assertThat(response.body().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(1_000);
        }
    }

    @Test
    void routes_scope_keys_by_their_names() throws Exception {
        stopGateway();
        start("routes: [{path: '/payment/{to}', name: payments}]\n");
        send(payment("k"));

        assertThat(done("show", "k", "--route", "payments")).contains("\"route\" : \"payments\"");
    }
}
