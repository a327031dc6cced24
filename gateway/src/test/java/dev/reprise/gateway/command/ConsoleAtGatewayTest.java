package dev.reprise.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The console at the admin address of a gateway, and the commands that do the same. */
class ConsoleAtGatewayTest extends OperationsFixture {
    private String cookie = "";

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + gateway().admin() + "/console" + path))
                .timeout(PATIENCE)
                .header("Cookie", cookie)
                .header("Sec-Fetch-Site", "same-origin");
    }

    private HttpResponse<String> post(String path, String form) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    }

    private void signIn(String token) throws IOException, InterruptedException {
        HttpResponse<String> signedIn = post("/sign-in", "token=" + token);
        assertThat(signedIn.statusCode()).isEqualTo(303);
        cookie = signedIn.headers().firstValue("set-cookie").orElseThrow().split(";", 2)[0];
    }

    private static String found(String page, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(page);
        assertThat(found.find()).as(pattern).isTrue();
        return found.group(1);
    }

    private String secret() throws IOException {
        return Files.readAllLines(store().resolve("admin")).get(1);
    }

    @Test
    void lets_in_who_knows_the_secret_of_the_folder_and_ends_what_is_stuck() throws Exception {
        crash("lost-1");
        assertThat(send(request("")).statusCode()).isEqualTo(303);
        assertThat(send(request("/")).headers().firstValue("location")).hasValue("/console/sign-in");
        assertThat(send(request("/assets/htmx.js")).body()).contains("htmx");
        assertThat(post("/sign-in", "token=wrong").statusCode()).isEqualTo(403);

        signIn(secret());
        String overview = send(request("/")).body();
        assertThat(overview).contains("<strong>1</strong> unknown", "lost-1", "store-folder, operator");
        assertThat(send(request("/nodes")).body()).contains("Records</dt><dd>" + store(), "Nodes seen in the store");
        String op = found(overview, "/console/operation\\?op=([A-Za-z0-9_-]+)");
        String page = send(request("/operation/release?op=" + op)).body();
        String form = "csrf=" + found(page, "name=\"csrf\" value=\"([^\"]+)\"") + "&op=" + op + "&do=yes&reason="
                + URLEncoder.encode("looked it up", StandardCharsets.UTF_8);
        assertThat(post("/operation/release", form).statusCode()).isEqualTo(303);

        assertThat(done("list", "--state", "unknown")).isEqualTo("No operations\n");
        assertThat(Files.readString(store().resolve("audit.jsonl")))
                .contains("\"by\":\"store-folder\"", "\"reason\":\"looked it up\"", "\"outcome\":\"ended\"");
    }

    @Test
    void shows_who_released_what_by_a_command_while_the_gateway_runs_and_while_it_does_not() throws Exception {
        crash("lost-1");
        crash("lost-2");

        done("release", "lost-1", "--by", "olivia", "--reason", "it was not charged");
        running(false);
        done("release", "lost-2", "--by", "oscar", "--reason", "neither was this");
        runningAgain();
        signIn(secret());
        done("purge", "--by", "paula", "--reason", "tidy");

        assertThat(send(request("/audit")).body())
                .containsSubsequence("paula", "tidy", "oscar", "neither was this", "olivia", "it was not charged");
    }

    @Test
    void many_are_counted_and_released_by_one_command() throws Exception {
        crash("lost-1");
        crash("lost-2");

        assertThat(done("release", "--state", "unknown", "--dry-run")).startsWith("Would release 2 operations");
        assertThat(done("release", "--state", "unknown", "--older-than", "1h")).startsWith("Released: 0.");
        assertThat(done("release", "--state", "unknown", "--route", "/**", "--reason", "r"))
                .isEqualToIgnoringNewLines(
                        "Released: 2. The next request with each key executes.Left as they were: 0.");
        assertThat(done("list", "--state", "unknown")).isEqualTo("No operations\n");
        assertThat(Cli.run("operations", "release", "--store", store().toString())
                        .err())
                .contains("Say which: a key, or options");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void many_get_one_answer_by_one_command(boolean running) throws Exception {
        crash("lost-1");
        crash("lost-2");
        running(running);
        String[] answer = {"resolve", "--state", "unknown", "--status", "201", "--body", "paid"};

        assertThat(done(and(answer, "--dry-run"))).startsWith("Would resolve 2 operations");
        assertThat(done("list")).contains("unknown  lost-1", "unknown  lost-2");
        assertThat(done(and(answer, "--by", "olivia", "--reason", "the ledger has them")))
                .isEqualToIgnoringNewLines("Resolved: 2. Retries get the answer from now on.Left as they were: 0.");

        assertThat(Files.readString(store().resolve("audit.jsonl")))
                .contains("\"by\":\"olivia\"", "\"action\":\"resolve with 201\"", "the ledger has them");
        runningAgain();
        for (String key : List.of("lost-1", "lost-2")) {
            HttpResponse<String> retry = send(payment(key));
            assertThat(retry.statusCode()).isEqualTo(201);
            assertThat(retry.body()).isEqualTo("paid");
        }
        assertThat(sample.ledger().entries()).hasSize(2);
    }

    private static String[] and(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void is_reached_by_the_names_of_this_machine_and_takes_no_endless_form() throws Exception {
        HttpResponse<String> large = send(request("/sign-in").POST(BodyPublishers.ofString("x".repeat(3 << 20))));

        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(send(request("/sign-in")
                                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[10]))))
                        .statusCode())
                .isEqualTo(411);
        assertThat(send(request("/../metrics")).statusCode()).isEqualTo(303);
        HttpRequest.Builder other = HttpRequest.newBuilder(
                URI.create("http://localhost:" + gateway().admin().port() + "/console/sign-in"));
        assertThat(send(other).statusCode()).isEqualTo(200);
    }

    @Test
    void lets_in_who_has_a_token_that_a_command_has_made() throws Exception {
        Cli.Result made = Cli.run("console", "token", "olivia", "--role", "operator");
        assertThat(made.out()).matches("olivia operator [0-9a-f]{64}\n");
        String token = found(made.err(), "only now: ([A-Za-z0-9_-]{43})");
        Path users = Files.writeString(folder.resolve("users"), made.out());
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        stopGateway();
        start("console: {users: " + users + ", read-only: true}\n");

        assertThat(post("/sign-in", "token=" + secret()).statusCode())
                .as("the secret is off then")
                .isEqualTo(403);
        signIn(token);

        assertThat(send(request("/")).body()).contains("olivia, operator, read-only");
        assertThat(Cli.run("console", "token", "a b").code()).isEqualTo(2);
        assertThat(Cli.run("console", "token", "a", "--role", "root").err()).contains("viewer, operator");
    }

    /** A proxy that adds its field, and does not take away the browser's own, would let anybody be anybody. */
    @Test
    void believes_a_proxy_only_where_it_names_one_user() throws Exception {
        stopGateway();
        start("console: {trusted-header: X-User, trusted-proxies: [127.0.0.1], operators: [olivia]}\n");

        assertThat(send(request("/").header("X-User", "olivia")).body()).contains("olivia, operator");
        HttpResponse<String> twice =
                send(request("/").header("X-User", "olivia").header("X-User", "victor"));
        assertThat(twice.statusCode()).isEqualTo(403);
        assertThat(twice.body()).doesNotContain("olivia");
    }

    @Test
    void keeps_one_audit_for_its_own_actions_and_those_of_commands_wherever_that_is() throws Exception {
        Path audit = folder.resolve("elsewhere.jsonl");
        stopGateway();
        start("console: {audit-file: " + audit + "}\n");
        crash("lost-1");
        stopGateway();

        Cli.Result released = Cli.run(
                "operations",
                "release",
                "lost-1",
                "--reason",
                "r",
                "--config",
                folder.resolve("reprise.yaml").toString());

        assertThat(released.err()).isEmpty();
        assertThat(Files.readString(audit)).contains("lost-1");
        assertThat(store().resolve("audit.jsonl")).doesNotExist();
    }
}
