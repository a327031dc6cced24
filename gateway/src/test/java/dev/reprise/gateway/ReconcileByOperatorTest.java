package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.console.access.ConsoleToken;
import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.Role;
import dev.reprise.gateway.TestService.Received;
import io.vertx.core.http.HttpServerRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** An operator has the service asked now, at the console of a gateway (S33). */
@Execution(ExecutionMode.CONCURRENT)
class ReconcileByOperatorTest {
    private static final String PATH = "/operation/reconcile";
    private static final String BY_PATH = "GET /charges/by-key/{key}";

    @TempDir
    private Path folder;

    private final TestService service = new TestService();

    /** Nobody knew how to ask when it became unknown, so nobody has, and nobody has the turn. */
    @BeforeEach
    void lose() throws Exception {
        service.behave((request, body) -> request.connection().close());
        try (GatewayFixture before = gateway("")) {
            assertThat(post(before, "k").body()).contains("outcome-unknown");
        }
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private GatewayFixture gateway(String reconcile, String... more) {
        return new GatewayFixture(
                folder,
                "upstream: http://127.0.0.1:" + service.port() + "\n" + String.join("\n", more)
                        + "\nprincipal: {trusted-header: X-User}\n"
                        + "routes:\n  - path: /charges\n"
                        + (reconcile.isEmpty() ? "" : "    reconcile: " + reconcile + "\n"));
    }

    private static HttpResponse<String> post(GatewayFixture gateway, String key) throws Exception {
        return gateway.send(gateway.request("/charges")
                .header("Idempotency-Key", key)
                .header("X-User", "alice")
                .POST(BodyPublishers.ofString("{\"amount\":1}")));
    }

    /** Who knows the secret of the folder. */
    private ConsoleClient operator(GatewayFixture gateway) throws Exception {
        String secret =
                Files.readAllLines(folder.resolve("store").resolve("admin")).get(1);
        return new ConsoleClient(gateway.client(), gateway.adminPort(), secret);
    }

    private HttpResponse<String> ask(GatewayFixture gateway) throws Exception {
        ConsoleClient operator = operator(gateway);
        return operator.act(PATH, operator.operation("k"));
    }

    private List<Received> sent(String method) {
        return service.received().stream()
                .filter(request -> request.method().equals(method))
                .toList();
    }

    private String audit() throws Exception {
        return Files.readString(folder.resolve("store").resolve("audit.jsonl"));
    }

    private static void assertSays(HttpResponse<String> page, String... words) {
        assertThat(page.body()).contains(words);
        assertThat(page.statusCode()).isEqualTo(200);
    }

    @Test
    void what_the_service_has_executed_is_shown_and_replayed() throws Exception {
        service.behave((request, body) -> request.response()
                .setStatusCode(201)
                .putHeader("Set-Cookie", "a=b")
                .end("charge 1"));
        try (GatewayFixture gateway = gateway(BY_PATH)) {
            assertSays(ask(gateway), "It has happened", "charge 1");

            HttpResponse<String> retry = post(gateway, "k");
            assertThat(retry.statusCode()).isEqualTo(201);
            assertThat(retry.body()).isEqualTo("charge 1");
            assertThat(retry.headers().firstValue("idempotent-replayed")).hasValue("true");
            assertThat(retry.headers().firstValue("set-cookie")).as("S18").isEmpty();
            assertThat(sent("POST")).hasSize(1);
            assertThat(sent("GET")).singleElement().satisfies(asked -> {
                assertThat(asked.uri()).isEqualTo("/charges/by-key/k");
                assertThat(asked.header("x-user")).hasValue("alice");
            });
            assertThat(audit()).contains("\"action\":\"reconcile\"", "looked it up", "\"outcome\":\"executed\"");
            assertThat(gateway.metrics()).contains("reprise_memory_held 0.0", "event=\"reconciled\"");
        }
    }

    @Test
    void what_the_service_has_not_executed_is_executed_by_the_next_request() throws Exception {
        service.behave((request, body) -> request.response()
                .setStatusCode(request.method().name().equals("GET") ? 404 : 201)
                .end("done"));
        try (GatewayFixture gateway = gateway("{request: '" + BY_PATH + "', grace: 0s}")) {
            assertSays(ask(gateway), "It did not happen", "The key is new");

            assertThat(post(gateway, "k").statusCode()).isEqualTo(201);
            assertThat(sent("POST")).hasSize(2);
            assertThat(audit()).contains("not-executed");
        }
    }

    @Test
    void what_the_service_may_still_do_stays_unknown() throws Exception {
        service.behave((request, body) -> request.response().setStatusCode(404).end());
        try (GatewayFixture gateway = gateway("{request: '" + BY_PATH + "', grace: 1h}")) {
            assertSays(ask(gateway), "It is still unknown", "404, and it may still happen");
            assertThat(post(gateway, "k").body()).contains("outcome-unknown");
        }
        assertThat(audit()).contains("still-unknown");
        assertThat(sent("POST")).hasSize(1);
    }

    @Test
    void a_service_that_is_down_leaves_it_unknown() throws Exception {
        try (GatewayFixture gateway = gateway(BY_PATH)) {
            service.close();

            assertSays(ask(gateway), "It is still unknown", "Nothing was changed");
            assertThat(operator(gateway).get("/operations?state=unknown").body())
                    .contains(">k<");
        }
    }

    @Test
    void a_service_that_is_slow_is_waited_for_as_long_as_its_route_allows() throws Exception {
        service.behave((request, body) -> {});
        try (GatewayFixture gateway = gateway("{request: '" + BY_PATH + "', timeout: 300ms}")) {
            assertSays(ask(gateway), "It is still unknown", "No answer within 300 ms");
        }
    }

    @Test
    void while_a_service_thinks_the_gateway_and_its_console_go_on_and_nobody_asks_again() throws Exception {
        CompletableFuture<HttpServerRequest> held = new CompletableFuture<>();
        service.behave((request, body) -> {
            if (request.method().name().equals("GET")) {
                held.complete(request);
            } else {
                request.response().setStatusCode(201).end("done");
            }
        });
        try (GatewayFixture gateway = gateway("{request: '" + BY_PATH + "', timeout: 10s}");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HttpResponse<String>> first = threads.submit(() -> ask(gateway));
            HttpServerRequest asked = held.get(60, TimeUnit.SECONDS);

            assertThat(post(gateway, "another").statusCode()).isEqualTo(201);
            HttpResponse<String> second = ask(gateway);
            assertThat(second.statusCode()).isEqualTo(409);
            assertThat(second.body()).contains("Somebody else has the turn");

            asked.response().setStatusCode(201).end("charge 1");
            assertSays(first.get(60, TimeUnit.SECONDS), "It has happened");
            assertThat(sent("GET")).hasSize(1);
        }
    }

    @Test
    void where_a_route_says_nothing_it_is_neither_offered_nor_done() throws Exception {
        try (GatewayFixture gateway = gateway("")) {
            ConsoleClient operator = operator(gateway);
            String operation = operator.operation("k");

            assertThat(operator.get("/operation?op=" + operation).body()).doesNotContain("Reconcile now");
            HttpResponse<String> refused = operator.act(PATH, operation);
            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(refused.body()).contains("There is nobody to ask", "/charges");
            assertThat(sent("GET")).isEmpty();
        }
    }

    @Test
    void a_viewer_and_a_form_of_somebody_else_are_refused() throws Exception {
        ConsoleToken viewerToken = ConsoleToken.create(new SecureRandom());
        ConsoleToken operatorToken = ConsoleToken.create(new SecureRandom());
        Path users = Files.writeString(
                folder.resolve("users"),
                viewerToken.line(new ConsoleUser("victor", Role.VIEWER)) + "\n"
                        + operatorToken.line(new ConsoleUser("olivia", Role.OPERATOR)) + "\n");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        try (GatewayFixture gateway = gateway(BY_PATH, "console: {users: " + users + "}")) {
            ConsoleClient viewer = new ConsoleClient(gateway.client(), gateway.adminPort(), viewerToken.text());
            ConsoleClient operator = new ConsoleClient(gateway.client(), gateway.adminPort(), operatorToken.text());
            String operation = operator.operation("k");

            assertThat(viewer.act(PATH, operation).statusCode()).isEqualTo(403);
            assertThat(operator.post(PATH, "op=" + operation + "&reason=r&do=yes")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(operator.get("/operation?op=" + operation).body()).contains("Reconcile now");

            assertThat(sent("GET")).isEmpty();
        }
    }

    @Test
    void the_console_counts_what_its_gateway_does() throws Exception {
        service.behave((request, body) -> request.response().setStatusCode(201).end("done"));
        try (GatewayFixture gateway = gateway("")) {
            ConsoleClient operator = operator(gateway);
            for (int i = 0; i < 3; i++) {
                assertThat(post(gateway, "fresh").statusCode()).isEqualTo(201);
            }

            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> operator.get("/activity/data").body().contains("\"executed\":1,\"replayed\":2"));
            assertThat(operator.get("/activity").body()).contains("What this process has done");
        }
    }
}
