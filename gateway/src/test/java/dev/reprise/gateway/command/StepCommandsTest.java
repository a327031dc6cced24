package dev.reprise.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Index.atIndex;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Body;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationType;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Scope;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.ResumableStore.Opening;
import dev.reprise.spi.ResumableStore.Progress;
import dev.reprise.spi.ResumableStore.Step;
import dev.reprise.spi.TransactionalStore.Claimed;
import dev.reprise.spi.Transactions.Transaction;
import dev.reprise.store.jdbc.JdbcResumableStore;
import dev.reprise.store.jdbc.JdbcTransactions;
import dev.reprise.store.jdbc.SqlDialect;
import dev.reprise.store.jdbc.TableName;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an operator sees of operations with steps, and does to them, in the database of an application (P12). */
@ExtendWith(SharedServers.class)
class StepCommandsTest {
    private static final OperationType TYPE = new OperationType("book-ride", 2);
    private static final Step CREATED = step("create ride", Kind.LOCAL, "ride 1");
    private static final Step CHARGED = step("charge card", Kind.REMOTE, "charge 1");

    private final String url;
    private final HikariDataSource pool = new HikariDataSource();
    private final JdbcResumableStore store;

    StepCommandsTest(PostgresServer server) {
        String database = server.newDatabase();
        server.execute(database, SqlDialect.POSTGRESQL.script(TableName.DEFAULT));
        url = server.url(database);
        pool.setJdbcUrl(url);
        store = JdbcResumableStore.open(pool, TableName.DEFAULT);
    }

    @AfterEach
    void close() {
        pool.close();
    }

    private static Step step(String name, Kind kind, String result) {
        return new Step(name, kind, Body.of(result.getBytes(StandardCharsets.UTF_8)));
    }

    private static OperationId id(String key) {
        return new OperationId(new Scope("alice", "/rides"), new IdempotencyKey(key));
    }

    /** An operation that has come so far and goes on like that. */
    private Lease left(String key, Next next, Step... steps) {
        try (Transaction<Connection> transaction = JdbcTransactions.of(pool).begin()) {
            assertThat(store.records().claim(transaction.handle(), id(key))).isInstanceOf(Claimed.Free.class);
            Opening opening = new Opening(
                    id(key),
                    new RequestFingerprint(1, new byte[] {1}),
                    TYPE,
                    Body.EMPTY,
                    new Owner("node", 1),
                    Duration.ofHours(1));
            Lease lease = store.start(transaction.handle(), opening, List.of(steps));
            store.write(transaction.handle(), lease, new Progress(List.of(), next));
            transaction.commit();
            return lease;
        }
    }

    private Cli.Result run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("operations"));
        all.addAll(Arrays.asList(arguments));
        all.addAll(List.of("--database", url));
        return Cli.run(all.toArray(String[]::new));
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
        return result.err();
    }

    @Test
    void a_list_shows_type_and_version_and_who_waits() {
        left("parked", new Next.Park("no idea"), CREATED);
        left("asleep", new Next.Wait(Duration.ofHours(8), ""), CREATED);
        left("asking", new Next.AwaitAnswer("approval"), new Step("approval", Kind.AWAIT, null));

        String all = done("list", "--type", "book-ride");

        assertThat(all)
                .containsPattern("unknown +parked .*book-ride version 2, no idea")
                .containsPattern("waiting +asleep .*book-ride version 2, waits until 2")
                .containsPattern("waiting +asking .*book-ride version 2, waits for an answer");
        assertThat(done("list", "--type", "book-flight")).contains("No operations");
        assertThat(done("list", "--state", "waiting"))
                .contains("asleep", "asking")
                .doesNotContain("parked");
    }

    @Test
    void the_steps_are_shown_in_the_order_of_their_time() throws Exception {
        left("ride-1", new Next.Park("no idea"), CREATED, new Step("charge card", Kind.ONCE, null));

        String shown = done("show", "ride-1");
        JsonNode json =
                new JsonMapper().readTree(done("show", "ride-1", "--json")).path("progress");

        assertThat(shown)
                .startsWith("book-ride version 2: unknown")
                .contains("unknown because no idea", "last error: no idea")
                .containsPattern("(?s)create ride +local +1 +6 bytes.*charge card +once +1 +not finished");
        assertThat(json.path("steps").get(0).path("name").asString()).isEqualTo("create ride");
        assertThat(json.path("steps").get(0).path("bytes").asInt()).isEqualTo(6);
        assertThat(json.path("steps").get(1).path("finished").asBoolean()).isFalse();
        assertThat(json.path("last-error").asString()).isEqualTo("no idea");
    }

    @Test
    void a_step_that_fails_is_shown_although_it_is_not_recorded_with_the_number_of_runs() {
        left("ride-1", new Next.Wait(Duration.ofHours(8), "402 Payment Required", "charge card"), CREATED);
        Step begun = new Step("send fax", Kind.ONCE, null);
        left("ride-2", new Next.Park("503", "send fax"), new Step("create ride", Kind.LOCAL, Body.EMPTY, 7), begun);

        assertThat(done("show", "ride-1"))
                .contains("last error: 402 Payment Required")
                .containsPattern("(?s)create ride +local +1 +6 bytes.*\n +charge card +1 +not finished");
        assertThat(done("show", "ride-2"))
                .containsPattern("(?s)create ride +local +7 +0 bytes.*send fax +once +1 +not finished")
                .containsOnlyOnce("send fax");
    }

    @Test
    void a_retry_says_what_it_would_do_again_and_then_does_it() {
        Lease lease = left("ride-1", new Next.GoOn(), CREATED, CHARGED);

        assertThat(refused("retry", "ride-1", "--from", "create ride", "--reason", "wrong fare"))
                .contains(
                        "create ride (its work in the database stays, and is done again)",
                        "charge card (called again, under the same child key)",
                        "--repeat");
        assertThat(refused("retry", "ride-1", "--from", "charge", "--reason", "wrong fare"))
                .contains("has no such step; it has create ride, charge card");
        assertThat(done("retry", "ride-1", "--from", "charge card", "--repeat", "--reason", "wrong fare"))
                .startsWith("Forgotten from charge card on");

        assertThat(store.find(id("ride-1")).orElseThrow().steps())
                .extracting(one -> one.step().name())
                .containsExactly("create ride");
        assertThat(write(lease)).isEqualTo(LeaseStatus.LOST);
        assertThat(store.takeOver(TYPE, () -> new Owner("node", 2), Duration.ofMinutes(1), 10))
                .hasSize(1);
    }

    private LeaseStatus write(Lease lease) {
        try (Transaction<Connection> transaction = JdbcTransactions.of(pool).begin()) {
            return store.write(transaction.handle(), lease, new Progress(List.of(), new Next.GoOn()));
        }
    }

    @Test
    void what_is_done_needs_a_reason_and_is_in_the_audit() {
        left("ride-1", new Next.Park("no idea"));
        left("ride-2", new Next.Park("no idea"), CHARGED);
        left("ride-3", new Next.Park("no idea"));

        for (String[] command : new String[][] {
            {"resume", "ride-1"},
            {"release", "ride-1"},
            {"resolve", "ride-1", "--status", "201"},
            {"pause", "book-ride"}
        }) {
            Cli.Result result = run(command);
            assertThat(result.code()).isEqualTo(2);
            assertThat(result.err()).contains("Say why with --reason");
        }
        done("resume", "ride-1", "--reason", "fixed the code", "--by", "ann");
        done("resolve", "ride-2", "--status", "201", "--reason", "asked the bank", "--by", "bob");
        done("release", "ride-3", "--reason", "nothing had happened");
        done("pause", "book-ride", "--reason", "the bank is down");
        assertThat(done("paused")).isEqualToIgnoringNewLines("book-ride");
        done("unpause", "book-ride", "--reason", "it is up again");
        assertThat(done("paused")).isEqualToIgnoringNewLines("No type is paused");

        assertThat(store.find(id("ride-1")).orElseThrow().record().state()).isInstanceOf(Running.class);
        assertThat(store.find(id("ride-2")).orElseThrow().record().state()).isInstanceOf(Completed.class);
        assertThat(store.records().look(id("ride-3"))).isInstanceOf(Claimed.Free.class);
        String user = System.getProperty("user.name");
        assertThat(done("audit").lines().map(line -> line.replaceAll(" +", " ")).toList())
                .hasSize(6)
                .element(5)
                .asString()
                .contains("ann resume ride-1 fixed the code book-ride version 2, unknown (no idea)");
        assertThat(done("audit", "--limit", "1", "--json"))
                .contains("\"by\" : \"" + user + "\"", "\"action\" : \"unpause book-ride\"", "\"before\" : \"paused\"");
    }

    @Test
    void all_that_the_options_find_are_resumed_or_retried_each_with_an_entry_in_the_audit() {
        left("ride-1", new Next.Park("no idea"), CREATED);
        left("ride-2", new Next.Wait(Duration.ofHours(8), ""), CREATED);
        left("ride-3", new Next.GoOn(), CREATED);
        left("ride-4", new Next.AwaitAnswer("approval"), CREATED, new Step("approval", Kind.AWAIT, null));
        String[] resume = {"resume", "--type", "book-ride", "--state", "unknown"};
        String[] retry = {"retry", "--type", "book-ride", "--from", "approval"};

        assertThat(run(resume).err()).contains("Say why with --reason");
        assertThat(done(and(resume, "--dry-run"))).startsWith("Would resume 1 operations");
        assertThat(done(and(resume, "--reason", "fixed the code")))
                .isEqualToIgnoringNewLines(
                        "Resumed: 1. The next node that looks goes on with each.Left as they were: 0.");
        assertThat(run(and(retry, "--repeat", "--reason", "r")).err()).contains("--repeat is for one operation");
        assertThat(done(and(retry, "--state", "waiting", "--reason", "asked the wrong one")))
                .startsWith("Retried: 1.")
                .contains("Left as they were: 1.");

        assertThat(done("audit").lines().map(line -> line.replaceAll(" +", " ")).toList())
                .hasSize(3)
                .satisfies(
                        line -> assertThat(line).contains("retry from approval ride-4 asked the wrong one"), atIndex(1))
                .satisfies(line -> assertThat(line).contains("resume ride-1 fixed the code"), atIndex(2));
        assertThat(Cli.run("operations", "resume", "--database", url).err()).contains("Say which: a key, or options");
    }

    private static String[] and(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void an_operation_without_steps_is_no_business_of_these_commands() {
        assertThat(refused("resume", "no", "--reason", "x")).contains("There is no operation with the key no");
        Cli.Result folder = Cli.run("operations", "paused", "--store", "no-such-folder");
        assertThat(folder.err()).contains("There is no store folder");
    }
}
