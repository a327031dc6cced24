package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.console.access.ConsoleToken;
import dev.reprise.gateway.command.Cli;
import dev.reprise.gateway.operations.AdminAccess;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.testkit.ScriptedServer.Step;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** All that one does with a gateway, with secrets wherever one can be, and what is to be seen of that in each place. */
final class SecretsJourney implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Path folder;
    private final Secrets secrets;
    private final String settings;
    private final Places places = new Places();
    private final TestService service = new TestService();
    private final TestService provider = new TestService();
    private final ScriptedServer receiver = new ScriptedServer(new Step.Answer(500, ""));
    private final WireService odd = new WireService();
    private final CompletableFuture<Void> arrived = new CompletableFuture<>();
    private final CompletableFuture<Void> finishing = new CompletableFuture<>();

    /** @param encrypted whether what records keep is encrypted; callers are named by a proxy if it is not */
    SecretsJourney(Path folder, Secrets secrets, boolean encrypted) throws IOException {
        this.folder = folder;
        this.secrets = secrets;
        service.behave(this::serve);
        provider.behave(this::provide);
        String said = secrets.gibberish.text();
        odd.says("/odd/1" + query(), said + " OK\n\n")
                .says("/odd/2" + query(), "HTTP/1.1 " + said + " OK\n\n")
                .says("/odd/3" + query(), "HTTP/1.1 200 OK\nContent-Length: " + said + "\n\n");
        String users = "olivia operator " + new ConsoleToken(secrets.token.text()).fingerprint();
        this.settings = """
                upstream: http://127.0.0.1:%d
                webhook: {unknown: 'http://127.0.0.1:%d/%s?%s', authorization-file: %s}
                issued-keys: {secrets: [%s]}
                defaults: {unrecorded-fields: [X-Api-Token]}
                routes:
                  - {path: /issued, require-key: true, issue-keys-at: /keys}
                  - {path: '/odd/{number}', upstream: 'http://127.0.0.1:%d'}
                  - {path: '/v1/**'}
                console:
                  users: %s
                  oidc: {issuer: 'http://127.0.0.1:%d', client-id: reprise, client-secret-file: %s, operators: [oncall]}
                  trusted-header: X-User
                  trusted-proxies: [10.0.0.7]
                %s
                """.formatted(
                        service.port(),
                        receiver.port(),
                        secrets.webhookPath.text(),
                        secrets.webhookQuery.text(),
                        file("webhook.secret", "Bearer " + secrets.webhookCredential.text()),
                        file("keys.secret", secrets.issuing.text()),
                        odd.port(),
                        file("users", users),
                        provider.port(),
                        file("console.secret", secrets.clientSecret.text()),
                        encrypted
                                ? "encryption: {keys: " + file("keys", "k:" + secrets.encryptionKey.asKey()) + "}"
                                : "principal: {trusted-header: X-Caller}");
    }

    private Path file(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private String query() {
        return "?token=" + secrets.query.text();
    }

    private void serve(HttpServerRequest request, Buffer body) {
        switch (request.path()) {
            case "/v1/lost" -> request.connection().close();
            case "/v1/failing" -> request.response().setStatusCode(500).end(secrets.failure.text());
            case "/v1/slow" -> {
                arrived.complete(null);
                var unused = finishing.thenRun(() -> request.response().end("slow"));
            }
            default ->
                request.response()
                        .setStatusCode(201)
                        .putHeader("X-Account", secrets.field.text())
                        .putHeader("X-Api-Token", secrets.unrecorded.text())
                        .putHeader("Set-Cookie", "session=" + secrets.setCookie.text())
                        .end(secrets.answer.text());
        }
    }

    /** One that knows nobody, and quotes what it was asked in its refusal. */
    private void provide(HttpServerRequest request, Buffer body) {
        String itself = "http://127.0.0.1:" + provider.port();
        if (request.path().startsWith("/.well-known/")) {
            request.response().end("""
                    {"issuer": "%s", "authorization_endpoint": "%s/authorize", "token_endpoint": "%s/token",
                     "jwks_uri": "%s/keys", "response_types_supported": ["code"], "subject_types_supported": ["public"],
                     "id_token_signing_alg_values_supported": ["RS256"]}
                    """.formatted(itself, itself, itself, itself));
        } else {
            request.response()
                    .setStatusCode(400)
                    .putHeader("Content-Type", "application/json")
                    .end("{\"error\": \"invalid_grant\", \"error_description\": \"" + body + " by "
                            + request.getHeader("Authorization") + "\"}");
        }
    }

    /** Makes the journey, and says what was found where. */
    Places make() throws Exception {
        try (CapturedLogs logs = CapturedLogs.ofTheWholeProcess()) {
            try (GatewayFixture gateway = new GatewayFixture(folder, settings)) {
                call(gateway);
                callWithIssuedKey(gateway);
                beTold();
                failToSignIn(gateway);
                operate(gateway);
                ask(gateway);
            }
            new WrongSecretSettings(folder, secrets).report().forEach(line -> places.add(Place.SETTINGS_ERROR, line));
            places.add(Place.LOGS, logs.text());
        }
        service.received()
                .forEach(sent -> places.add(
                        Place.SERVICE, sent.method() + " " + sent.uri() + "\n" + sent.headers() + "\n" + sent.body()));
        provider.received().forEach(sent -> places.add(Place.PROVIDER, sent.uri() + sent.headers() + sent.body()));
        readStore();
        return places;
    }

    private HttpRequest.Builder request(GatewayFixture gateway, String path) {
        return gateway.request(path + query())
                .header("Authorization", "Bearer " + secrets.credential.text())
                .header("Cookie", "session=" + secrets.cookie.text())
                .header("X-Caller", secrets.caller.text());
    }

    private HttpResponse<String> post(GatewayFixture gateway, String path, String key, Planted body)
            throws IOException, InterruptedException {
        return gateway.send(request(gateway, path)
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString("card=" + body.text())));
    }

    /** Sends it, expects that status, and keeps what comes back. */
    private void post(Place place, int status, GatewayFixture gateway, String path, String key, Planted body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = places.add(place, post(gateway, path, key, body));
        assertThat(answer.statusCode()).as(path + " with " + key).isEqualTo(status);
    }

    private void call(GatewayFixture gateway) throws Exception {
        post(Place.FIRST_ANSWER, 201, gateway, "/v1/charges", "first", secrets.body);
        post(Place.REPLAY, 201, gateway, "/v1/charges", "first", secrets.body);
        post(Place.REFUSAL, 422, gateway, "/v1/charges", "first", secrets.refusedBody);
        CompletableFuture<HttpResponse<String>> slow = gateway.client()
                .sendAsync(
                        request(gateway, "/v1/slow")
                                .header("Idempotency-Key", "slow")
                                .POST(BodyPublishers.ofString("card=" + secrets.body.text()))
                                .build(),
                        BodyHandlers.ofString());
        arrived.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        post(Place.REFUSAL, 409, gateway, "/v1/slow", "slow", secrets.body);
        finishing.complete(null);
        places.add(Place.FIRST_ANSWER, slow.join());
        for (String key : List.of("lost-1", "lost-2")) {
            post(Place.REFUSAL, 502, gateway, "/v1/lost", key, secrets.body);
            post(Place.REFUSAL, 409, gateway, "/v1/lost", key, secrets.body);
        }
        post(Place.FIRST_ANSWER, 500, gateway, "/v1/failing", "failing", secrets.body);
        post(Place.REFUSAL, 409, gateway, "/v1/failing", "failing", secrets.body);
        for (int number = 1; number <= 3; number++) {
            post(Place.REFUSAL, 502, gateway, "/odd/" + number, "odd-" + number, secrets.body);
            places.add(Place.REFUSAL, gateway.send(request(gateway, "/odd/" + number)));
        }
    }

    private void callWithIssuedKey(GatewayFixture gateway) throws Exception {
        HttpResponse<String> issued = places.add(
                Place.FIRST_ANSWER, gateway.send(request(gateway, "/keys").POST(BodyPublishers.noBody())));
        String key = issued.body().replaceAll("(?s).*\"idempotency_key\":\"([^\"]+)\".*", "$1");
        post(Place.FIRST_ANSWER, 201, gateway, "/issued", key, secrets.body);
        post(Place.REFUSAL, 400, gateway, "/issued", "forged", secrets.body);
    }

    private void beTold() {
        List<String> unknown = List.of("lost-1", "lost-2", "failing", "odd-1", "odd-2", "odd-3");
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> unknown.stream().allMatch(this::isTold));
        for (Received told : receiver.received()) {
            places.add(Place.MESSAGE, told.body());
            places.add(Place.RECEIVER, told.target() + " " + told.fields());
        }
    }

    private boolean isTold(String key) {
        return receiver.received().stream().anyMatch(told -> told.body().contains("\"key\":\"" + key + "\""));
    }

    private static HttpRequest.Builder console(GatewayFixture gateway, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.adminPort() + "/console" + path))
                .timeout(PATIENCE)
                .header("Sec-Fetch-Site", "same-origin");
    }

    private void failToSignIn(GatewayFixture gateway) throws Exception {
        HttpResponse<String> refused = places.add(
                Place.SIGN_IN,
                gateway.send(console(gateway, "/sign-in")
                        .POST(BodyPublishers.ofString("token=" + secrets.wrongToken.text()))));
        assertThat(refused.statusCode()).isEqualTo(403);
        HttpResponse<String> forged = places.add(
                Place.SIGN_IN, gateway.send(console(gateway, "/").header("X-User", secrets.forgedName.text())));
        assertThat(forged.statusCode()).isEqualTo(403);

        HttpResponse<String> sent = gateway.send(console(gateway, "/sign-in/provider"));
        String cookie = sent.headers().firstValue("set-cookie").orElseThrow().split(";", 2)[0];
        String state = sent.headers().firstValue("location").orElseThrow().replaceAll(".*[?&]state=([^&]+).*", "$1");
        HttpResponse<String> back = places.add(
                Place.SIGN_IN,
                gateway.send(console(gateway, "/sign-in/callback?code=" + secrets.code.text() + "&state=" + state)
                        .header("Cookie", cookie)));
        assertThat(back.headers().firstValue("location")).hasValue("/console/sign-in?why=unbelievable");
        places.add(Place.SIGN_IN, gateway.send(console(gateway, "/sign-in?why=unbelievable")));
    }

    private void operate(GatewayFixture gateway) throws Exception {
        ConsoleClient console = new ConsoleClient(gateway.client(), gateway.adminPort(), secrets.token.text());
        secrets.given(console.session());
        String first = "op=" + console.operation("first");
        String released = "op=" + console.operation("lost-1");
        String resolved = "op=" + console.operation("lost-2");
        String why = "&do=yes&reason=" + secrets.reason.text();
        String typed = resolved + "&status=201&body=" + secrets.typed.text();

        places.add(Place.CONSOLE, console.get("/operation/release?" + released));
        places.add(Place.CONSOLE, console.submit("/operation/release", released + why));
        places.add(Place.CONSOLE, console.get("/operation/resolve?" + resolved));
        places.add(Place.ANSWER_PAGE, console.submit("/operation/resolve", typed));
        HttpResponse<String> done = places.add(Place.CONSOLE, console.submit("/operation/resolve", typed + why));
        assertThat(done.statusCode()).isEqualTo(303);
        post(Place.REPLAY, 201, gateway, "/v1/lost", "lost-2", secrets.body);
        for (String one : List.of(first, resolved, "op=" + console.operation("odd-1"))) {
            places.add(Place.ANSWER_PAGE, console.get("/operation?" + one));
        }
        places.add(Place.ANSWER_PAGE, console.get("/operation/content?" + first));
        for (String page : List.of(
                "/",
                "/live",
                "/operations",
                "/operations?state=unknown",
                "/operations?older-than=x",
                "/activity",
                "/activity/data?since=0",
                "/audit",
                "/audit.csv",
                "/audit.jsonl",
                "/bulk?state=unknown",
                "/job",
                "/purge",
                "/nowhere")) {
            places.add(Place.CONSOLE, console.get(page));
        }
    }

    /** What needs no page. */
    private void ask(GatewayFixture gateway) throws Exception {
        AdminAccess access = AdminAccess.read(folder.resolve("store")).orElseThrow();
        secrets.leftForCommands(access.secret());
        String admin = "http://127.0.0.1:" + gateway.adminPort();
        for (String path : List.of("/health", "/ready", "/operations", "/nowhere")) {
            places.add(Place.HEALTH, gateway.send(HttpRequest.newBuilder(URI.create(admin + path))));
        }
        places.add(Place.METRICS, gateway.metrics());
        HttpRequest.Builder listing = HttpRequest.newBuilder(URI.create(admin + "/operations"))
                .header("Authorization", "Bearer " + access.secret());
        places.add(Place.LISTS, gateway.send(listing));
        String store = folder.resolve("store").toString();
        String outbox = folder.resolve("store").resolve("webhook.db").toString();
        run(Place.LISTS, "operations", "list", "--store", store);
        run(Place.LISTS, "operations", "list", "--json", "--store", store);
        run(Place.LISTS, "outbox", "list", "--state", "delivered", "--file", outbox);
        run(Place.LISTS, "outbox", "list", "--state", "delivered", "--json", "--file", outbox);
        run(Place.SHOWN, "operations", "show", "first", "--store", store);
        run(Place.SHOWN, "operations", "show", "lost-2", "--store", store);
        places.add(Place.ADMIN_FILE, Files.readString(folder.resolve("store").resolve("admin")));
    }

    private void run(Place place, String... command) {
        Cli.Result result = Cli.run(command);
        assertThat(result.err()).isEmpty();
        places.add(place, result.out());
    }

    private void readStore() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("store"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                Place place = name.startsWith("webhook.db")
                        ? Place.OUTBOX
                        : name.startsWith("audit") ? Place.AUDIT : Place.STORE;
                places.add(place, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
    }

    @Override
    public void close() {
        odd.close();
        receiver.close();
        provider.close();
        service.close();
    }
}
