package dev.reprise.gateway.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.IdempotencyKey;
import dev.reprise.client.RetryPolicy;
import dev.reprise.outbox.Deliverer;
import dev.reprise.outbox.Outbox;
import dev.reprise.outbox.OutboxRequest;
import dev.reprise.outbox.OutboxState;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Step;
import dev.reprise.testkit.SharedServers;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of an outbox, and decides, while its application delivers. */
@ExtendWith(SharedServers.class)
class OutboxCommandTest {
    private static final IdempotencyKey KEY = new IdempotencyKey("order-1");

    @TempDir
    private Path folder;

    private final ScriptedServer server =
            new ScriptedServer(new Step.Answer(409, "{\"type\":\"https://reprise.dev/problems/outcome-unknown\"}"));
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @SuppressWarnings("NullAway.Init")
    private Outbox outbox;

    @BeforeEach
    void park() throws Exception {
        outbox = Outbox.inFile(file());
        outbox.add(new OutboxRequest(
                KEY,
                "POST",
                server.uri("/charges?token=secret"),
                Map.of("Content-Type", "text/plain"),
                "amount=1000".getBytes(UTF_8),
                Instant.now().plus(Duration.ofHours(1))));
        deliver();
        assertThat(outbox.find(KEY).orElseThrow().state()).isEqualTo(OutboxState.PARKED);
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        server.close();
    }

    private Path file() {
        return folder.resolve("outbox.db");
    }

    private void deliver() throws InterruptedException {
        try (Deliverer deliverer = Deliverer.of(outbox, client)
                .policy(RetryPolicy.considerate().withMaxAttempts(1))
                .build()) {
            assertThat(deliverer.deliverDue()).isOne();
        }
    }

    private Cli.Result run(String... arguments) {
        List<String> words = new ArrayList<>(List.of("outbox"));
        words.addAll(List.of(arguments));
        words.addAll(List.of("--file", file().toString()));
        return Cli.run(words.toArray(String[]::new));
    }

    private String done(String... arguments) {
        Cli.Result result = run(arguments);
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        return result.out();
    }

    private String refused(String... arguments) {
        Cli.Result result = run(arguments);
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).startsWith("reprise: ").hasLineCount(1).doesNotContain("Exception");
        return result.err();
    }

    @Test
    void parked_ones_are_listed_without_what_their_query_holds() {
        assertThat(done("list"))
                .contains("STATE", "parked  order-1  POST 127.0.0.1:" + server.port() + "/charges  1", "yes")
                .doesNotContain("secret");
        assertThat(done("list", "--state", "delivered")).isEqualToIgnoringNewLines("No operations");
        assertThat(done("list", "--json")).contains("\"key\" : \"order-1\"", "\"may-have-happened\" : true");
    }

    @Test
    void a_parked_one_that_is_sent_again_is_delivered_with_its_key_C1() throws Exception {
        assertThat(done("retry", "order-1")).startsWith("It is due");
        deliver();

        assertThat(done("show", "order-1")).contains("\"state\" : \"delivered\"", "\"answer\" : \"effect 1\"");
        assertThat(server.received())
                .extracting(request -> request.fields().get("idempotency-key"))
                .containsExactly("\"order-1\"", "\"order-1\"");
        assertThat(refused("retry", "order-1")).contains("is delivered; only parked ones wait for a decision");
    }

    @Test
    void one_about_which_somebody_has_found_out_is_not_sent_again_C7() {
        assertThat(done("resolve", "order-1", "--note", "in the ledger as 4711"))
                .startsWith("Resolved");

        assertThat(done("list", "--state", "resolved")).contains("order-1", "in the ledger as 4711");
        assertThat(done("list")).isEqualToIgnoringNewLines("No operations");
        assertThat(refused("resolve", "order-1", "--note", "again")).contains("is resolved");
    }

    @Test
    void a_database_without_an_outbox_says_what_to_run_and_has_one_then(PostgresServer postgres) {
        String database = postgres.newDatabase();
        String url = postgres.url(database);

        Cli.Result missing = Cli.run("outbox", "list", "--database", url);
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.err()).startsWith("reprise: ").contains("The database has no outbox", "CREATE TABLE");
        postgres.execute(database, missing.err().substring(missing.err().indexOf("\n\n")));

        Cli.Result listed = Cli.run("outbox", "list", "--database", url);
        assertThat(listed.err()).isEmpty();
        assertThat(listed.out()).isEqualToIgnoringNewLines("No operations");
    }

    @Test
    void one_of_several_in_a_database_is_named_by_its_table(PostgresServer postgres) {
        String database = postgres.newDatabase();
        String[] list = {"outbox", "list", "--database", postgres.url(database), "--table", "reprise_webhook"};

        String missing = Cli.run(list).err();
        assertThat(missing).contains("CREATE TABLE reprise_webhook ", "reprise_webhook_schema");
        postgres.execute(database, missing.substring(missing.indexOf("\n\n")));

        assertThat(Cli.run(list).out()).isEqualToIgnoringNewLines("No operations");
        list[5] = "reprise.webhook";
        assertThat(Cli.run(list).err()).contains("in lower case, and not \"reprise.webhook\"");
    }

    @Test
    void what_cannot_be_is_refused_in_one_line() {
        assertThat(refused("show", "other")).contains("There is no operation with the key other");
        assertThat(refused("retry", "other")).contains("There is no operation with the key other");
        Cli.Result none =
                Cli.run("outbox", "list", "--file", folder.resolve("none.db").toString());
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.err()).contains("name that of the outbox with --file");
        assertThat(folder.resolve("none.db")).doesNotExist();
        assertThat(Cli.run("outbox", "list").err()).contains("--file").contains("--database");
        assertThat(Cli.run("outbox", "list", "--database", "jdbc:oracle:x").err())
                .contains("is not the URL of a database");
        assertThat(Cli.run("outbox", "list", "--database", "redis://127.0.0.1:1")
                        .err())
                .contains("An outbox is in a file or in a database that JDBC reaches");
        assertThat(run("list", "--state", "lost").code()).isEqualTo(2);
        assertThat(run("list", "--limit", "0").err()).contains("limit is positive: 0");
    }
}
