package dev.reprise.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.client.IdempotencyKey;
import dev.reprise.testkit.ScriptedServer.Step;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an outbox does in every database: how operations get in, what delivers them, and how they get out. */
abstract class OutboxContract extends AcknowledgementContract {
    private static final IdempotencyKey OTHER = new IdempotencyKey("order-2");

    @BeforeEach
    void openShop() {
        execute("CREATE TABLE purchase (id INTEGER NOT NULL PRIMARY KEY)");
    }

    @Test
    void what_the_callers_transaction_takes_back_is_not_sent_and_leaves_nothing() throws Exception {
        try (Connection connection = connections.open()) {
            connection.setAutoCommit(false);
            buy(connection, 1);
            outbox.add(connection, request(KEY));
            connection.rollback();
        }

        assertThat(deliverer().deliverDue()).isZero();
        assertThat(outbox.find(KEY)).isEmpty();
        assertThat(purchases()).isZero();
    }

    @Test
    void what_the_callers_transaction_commits_is_there_with_its_operation() throws Exception {
        try (Connection connection = connections.open()) {
            connection.setAutoCommit(false);
            buy(connection, 1);
            outbox.add(connection, request(KEY));
            assertThat(server.received()).isEmpty();
            connection.commit();
        }

        assertThat(deliverer().deliverDue()).isEqualTo(1);
        assertThat(purchases()).isEqualTo(1);
        assertThat(server.received()).singleElement().satisfies(sent -> {
            assertThat(sent.field("idempotency-key")).hasValue("\"order-1\"");
            assertThat(sent.field("content-type")).hasValue("text/plain");
            assertThat(sent.body()).isEqualTo("amount=1000");
        });
    }

    @Test
    void a_key_names_one_operation() throws Exception {
        outbox.add(request(KEY));

        assertThatThrownBy(() -> outbox.add(request(KEY, new byte[1])))
                .isInstanceOf(OutboxException.class)
                .hasMessageContaining("not written down");
        try (Connection connection = connections.open()) {
            connection.setAutoCommit(false);
            buy(connection, 1);
            assertThatThrownBy(() -> outbox.add(connection, request(KEY, new byte[1])))
                    .isInstanceOf(SQLException.class);
            connection.rollback();
        }
        outbox.add(request(new IdempotencyKey("ORDER-1")));
        assertThat(outbox.list(OutboxState.PENDING, 10)).hasSize(2);
    }

    @Test
    void bytes_come_out_as_they_went_in_however_many_there_are() throws Exception {
        byte[] body = new byte[300_000];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) i;
        }
        String field = "long ".repeat(4_000).strip();
        outbox.add(new OutboxRequest(
                KEY,
                "POST",
                server.uri("/charges?q=" + "a".repeat(5_000)),
                Map.of("X-Long", field, "X-Empty", ""),
                body,
                Instant.now().plusSeconds(60)));

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
        assertThat(server.received()).singleElement().satisfies(sent -> {
            assertThat(sent.body().getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(body);
            assertThat(sent.field("x-long")).hasValue(field);
            assertThat(sent.field("x-empty")).hasValue("");
            assertThat(sent.target()).hasSizeGreaterThan(5_000);
        });
    }

    @Test
    void of_an_answer_the_first_mebibyte_is_kept() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Answer(200, "x".repeat(3 << 20)));

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
        assertThat(outbox.answer(KEY))
                .hasValueSatisfying(answer -> assertThat(answer).hasSize(1 << 20));
    }

    @Test
    void what_ended_is_purged_by_its_age_and_nothing_else() throws Exception {
        outbox.add(request(KEY));
        deliverer().deliverDue();
        outbox.add(request(OTHER));
        elapse(Duration.ofHours(1));

        assertThat(outbox.purge(Duration.ofHours(2))).isZero();
        assertThat(outbox.purge(Duration.ofHours(1))).isEqualTo(1);
        assertThat(outbox.find(KEY)).isEmpty();
        assertThat(outbox.list(OutboxState.PENDING, 10)).hasSize(1);
        assertThatThrownBy(() -> outbox.purge(Duration.ofHours(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void what_is_parked_is_not_purged_with_what_ended_and_what_was_resolved_is_from_then_on() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Answer(500, "recorded", "Idempotent-Replayed", "true"));
        deliverer().deliverDue();
        elapse(Duration.ofDays(1000));

        assertThat(outbox.purge(Duration.ZERO)).isZero();
        outbox.resolve(KEY, "the bank has it");
        assertThat(outbox.purge(Duration.ofHours(1))).isZero();
        elapse(Duration.ofHours(1));
        assertThat(outbox.purge(Duration.ofHours(1))).isEqualTo(1);
    }

    @Test
    void what_is_parked_is_purged_by_its_age_for_who_says_so_and_nothing_else_is() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Answer(500, "recorded", "Idempotent-Replayed", "true"));
        deliverer().deliverDue();
        outbox.add(request(OTHER));
        deliverer().deliverDue();
        outbox.add(request(new IdempotencyKey("order-3")));
        elapse(Duration.ofHours(1));

        assertThat(outbox.purgeParked(Duration.ofHours(2))).isZero();
        assertThat(outbox.purgeParked(Duration.ofHours(1))).isEqualTo(1);
        assertThat(outbox.find(KEY)).isEmpty();
        assertThat(outbox.list(OutboxState.DELIVERED, 10)).hasSize(1);
        assertThat(outbox.list(OutboxState.PENDING, 10)).hasSize(1);
        assertThatThrownBy(() -> outbox.purgeParked(Duration.ofHours(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void those_of_a_state_are_counted_up_to_a_bound() throws Exception {
        outbox.add(request(KEY));
        deliverer().deliverDue();
        outbox.add(request(OTHER));
        outbox.add(request(new IdempotencyKey("order-3")));

        assertThat(outbox.count(OutboxState.PENDING, 3)).isEqualTo(2);
        assertThat(outbox.count(OutboxState.PENDING, 1)).isEqualTo(1);
        assertThat(outbox.count(OutboxState.DELIVERED, 3)).isEqualTo(1);
        assertThat(outbox.count(OutboxState.PARKED, 3)).isZero();
        assertThatThrownBy(() -> outbox.count(OutboxState.PARKED, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void purging_deletes_a_bounded_number_at_once() throws Exception {
        try (Connection connection = connections.open()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < 620; i++) {
                outbox.add(connection, request(new IdempotencyKey("old-" + i)));
            }
            connection.commit();
        }
        execute("UPDATE reprise_outbox SET state = 'DELIVERED' WHERE rounds = 0");
        execute("UPDATE reprise_outbox SET state = 'REFUSED' WHERE operation_key LIKE 'old-1%'");

        assertThat(outbox.purge(Duration.ZERO)).isEqualTo(500);
        assertThat(outbox.purge(Duration.ZERO)).isEqualTo(120);
        assertThat(outbox.purge(Duration.ZERO)).isZero();
    }

    @Test
    void notes_are_cut_to_what_every_database_takes() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Answer(500, "recorded", "Idempotent-Replayed", "true"));
        deliverer().deliverDue();

        assertThat(outbox.resolve(KEY, "nothing \0 here, " + "\uD83D\uDCB6".repeat(1_000)))
                .isTrue();

        assertThat(entry().note()).startsWith("nothing   here, \uD83D\uDCB6").hasSizeBetween(900, 1_000);
    }

    @Test
    void several_in_one_database_have_nothing_to_do_with_each_other() throws Exception {
        Outbox notices = open("notices");
        outbox.add(request(KEY));
        assertThat(notices.add(request(KEY))).as("new there").isTrue();

        assertThat(Deliverer.of(notices, client).policy(policy()).build().deliverDue())
                .isEqualTo(1);

        assertThat(notices.find(KEY).orElseThrow().state()).isEqualTo(OutboxState.DELIVERED);
        assertThat(notices.answer(KEY)).isPresent();
        assertThat(entry().state()).isEqualTo(OutboxState.PENDING);
        assertThat(notices.purge(Duration.ZERO)).isEqualTo(1);
        assertThat(notices.list(OutboxState.DELIVERED, 10)).isEmpty();
        assertThat(deliverer().deliverDue()).isEqualTo(1);
    }

    @Test
    void a_table_whose_name_needs_quotes_is_refused() {
        for (String name : new String[] {"", "Notices", "a-b", "a b", "shop.notices", "n;", "9a", "n".repeat(49)}) {
            assertThatThrownBy(() -> Outbox.in(connections, name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("lower case");
        }
    }

    /** The tables and indexes of an outbox with a shorter name are called so. */
    @Test
    void a_table_that_is_named_as_what_belongs_to_another_outbox_is_refused() {
        for (String name : new String[] {"reprise_outbox_schema", "reprise_outbox_due", "notices_schema", "a_due"}) {
            assertThatThrownBy(() -> Outbox.in(connections, name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("does not end in _schema or _due, as \"" + name + "\" does");
        }
    }

    /** Makes the tables where that is for an administrator to do. */
    private Outbox open(String table) {
        try {
            return Outbox.in(connections, table);
        } catch (OutboxException e) {
            String script = String.valueOf(e.getMessage()).split("\n\n", 2)[1];
            execute(OutboxSchema.statements(script).toArray(String[]::new));
            return Outbox.in(connections, table);
        }
    }

    private static void buy(Connection connection, int id) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO purchase (id) VALUES (" + id + ")");
        }
    }

    private int purchases() throws SQLException {
        try (Connection connection = connections.open();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM purchase")) {
            row.next();
            return row.getInt(1);
        }
    }
}
