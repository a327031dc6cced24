package dev.reprise.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Index.atIndex;
import static org.awaitility.Awaitility.await;

import dev.reprise.IdempotencyKey;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an operator does to operations, while the gateway runs and while it does not. */
class OperationsTest extends OperationsFixture {
    private static final JsonMapper JSON = new JsonMapper();

    @Nested
    class A_caller_who_is_forgotten {
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void gets_the_status_and_nothing_is_executed_again_S36(boolean running) throws Exception {
            send(payment("a"));
            send(payment("b"));
            send(payment("a"));
            crash("open");
            running(running);

            assertThat(done("forget", "--principal", "anonymous", "--dry-run"))
                    .contains("Would erase 2 answers.", "left as they are, with what they have: 1.");
            assertThat(done("show", "a")).contains("\"body\"");
            assertThat(done("forget", "--principal", "anonymous", "--reason", "her right"))
                    .contains("Erased 2 answers.", "left as they are, with what they have: 1.");

            assertThat(done("show", "a")).contains("\"encoding\" : \"omitted\"").doesNotContain("payment");
            runningAgain();
            int before = sample.ledger().entries().size();
            HttpResponse<String> retry = send(payment("a"));
            assertThat(retry.statusCode()).isEqualTo(201);
            assertThat(retry.body()).isEmpty();
            assertThat(retry.headers().firstValue("Idempotent-Replayed")).contains("true");
            assertThat(retry.headers().firstValue("Idempotent-Body-Omitted")).contains("true");
            assertThat(send(payment("open")).statusCode()).isEqualTo(409);
            assertThat(sample.ledger().entries()).hasSize(before);
        }

        @Test
        void leaves_the_answers_of_others_alone() throws Exception {
            HttpResponse<String> first = send(payment("a"));

            assertThat(done("forget", "--principal", "somebody-else")).startsWith("Erased 0 answers.");

            HttpResponse<String> retry = send(payment("a"));
            assertThat(retry.body()).isEqualTo(first.body());
            assertThat(done("show", "a")).contains("anonymous");
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
                            "owner",
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

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void is_found_by_what_the_log_shows_of_its_key(boolean running) throws Exception {
            crash("order-2026-11-28-7");
            running(running);

            assertThat(new IdempotencyKey("order-2026-11-28-7")).hasToString("order-20…");
            assertThat(done("show", "order-20…", "--route", "/**")).contains("\"order-2026-11-28-7\"");
            assertThat(refused("show", "order-21…")).contains("There is no operation with the key order-21…");
            assertThat(done("release", "order-20…")).startsWith("Released");
        }

        @ParameterizedTest
        @ValueSource(strings = {"Set-Cookie: a=b", "Date: Tue, 01 Dec 2026 08:49:37 GMT", "Connection: close"})
        void is_not_resolved_with_a_field_that_is_never_replayed_S18(String field) throws Exception {
            crash("k");

            Cli.Result result = Cli.run(
                    "operations", "resolve", "k", "--status", "200", "--header", field, "--store", store().toString());

            assertThat(result.code()).isEqualTo(2);
            assertThat(result.err())
                    .contains(
                            "The field " + field.substring(0, field.indexOf(':')),
                            "never replayed (S18); leave it out");
            assertThat(done("list", "--state", "unknown")).contains("unknown  k");
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

            String first = done("list", "--limit", "1");
            assertThat(first).hasLineCount(3).contains("completed  a", "There may be more: go on with --after ");
            String place = first.strip().substring(first.strip().lastIndexOf(' ') + 1);
            assertThat(done("list", "--limit", "2", "--after", place))
                    .hasLineCount(2)
                    .contains("completed  b");
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void is_left_out_by_a_filter(boolean running) throws Exception {
            send(payment("order-12345"));
            send(payment("b").header("Authorization", "Bearer bob"));
            running(running);

            assertThat(done("list", "--principal", "anonymous"))
                    .contains("order-12345")
                    .doesNotContain("  b  ");
            assertThat(done("list", "--route", "/**")).contains("order-12345", "  b  ");
            assertThat(done("list", "--route", "/other")).isEqualToIgnoringNewLines("No operations");
            assertThat(done("list", "--older-than", "1h")).isEqualToIgnoringNewLines("No operations");
            assertThat(done("list", "--older-than", "0s")).hasLineCount(3);
            assertThat(done("list", "--key", "order-12…")).hasLineCount(2).contains("order-12345");
            assertThat(done("list", "--state", "abandoned")).isEqualToIgnoringNewLines("No operations");
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
