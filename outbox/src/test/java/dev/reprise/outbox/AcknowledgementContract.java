package dev.reprise.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reprise.client.IdempotencyKey;
import dev.reprise.outbox.FaultyConnections.Fault;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is said of a write whose acknowledgement is lost is true (S29). */
abstract class AcknowledgementContract extends SurvivalContract {
    private static final Duration LEASE = Duration.ofMinutes(2);

    @SuppressWarnings("NullAway.Init")
    private FaultyConnections faulty;

    @SuppressWarnings("NullAway.Init")
    private Outbox shaky;

    @BeforeEach
    void openShaky() {
        faulty = new FaultyConnections(connections);
        shaky = Outbox.in(faulty);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"NO_CONNECTION", "NO_END"},
            mode = EnumSource.Mode.EXCLUDE)
    void what_is_added_is_written_down_once_whatever_becomes_of_its_connection_S29(Fault fault) throws Exception {
        faulty.next(fault);

        assertThat(shaky.add(request(KEY))).isTrue();

        assertThat(outbox.list(OutboxState.PENDING, 10)).hasSize(1);
        deliverer().deliverDue();
        assertThat(server.effects()).isEqualTo(1);
    }

    @Test
    void what_is_added_again_is_there_once_and_the_caller_is_told() throws Exception {
        assertThat(outbox.add(request(KEY))).isTrue();
        assertThat(outbox.add(request(KEY))).isFalse();
        assertThat(outbox.add(new OutboxRequest(
                        KEY,
                        "POST",
                        server.uri("/charges"),
                        Map.of("Content-Type", "text/plain"),
                        "amount=1000".getBytes(StandardCharsets.UTF_8),
                        Instant.now().plus(Duration.ofDays(3)))))
                .as("with another deadline, the first one of which holds")
                .isFalse();
        deliverer().deliverDue();
        assertThat(outbox.add(request(KEY))).as("when it was delivered").isFalse();

        assertThat(deliverer().deliverDue()).isZero();
        assertThat(server.effects()).isEqualTo(1);
        assertThat(entry().deadline())
                .isBefore(Instant.now().plus(Duration.ofDays(2).plusHours(1)));
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "AFTER_COMMIT"})
    void what_is_added_again_is_told_as_such_even_if_that_is_not_acknowledged(Fault fault) {
        outbox.add(request(KEY));
        faulty.next(fault);

        assertThat(shaky.add(request(KEY))).isFalse();
    }

    @Test
    void another_operation_of_that_key_is_refused() {
        outbox.add(request(KEY));

        for (OutboxRequest other : new OutboxRequest[] {
            request(KEY, "amount=1001".getBytes(StandardCharsets.UTF_8)),
            with("PUT", "/charges", Map.of("Content-Type", "text/plain")),
            with("POST", "/refunds", Map.of("Content-Type", "text/plain")),
            with("POST", "/charges", Map.of("Content-Type", "text/html")),
        }) {
            assertThatThrownBy(() -> outbox.add(other))
                    .isInstanceOfSatisfying(
                            OutboxException.class,
                            e -> assertThat(e.uncertain()).isFalse())
                    .hasMessageContaining("another operation");
        }
        assertThat(outbox.list(OutboxState.PENDING, 10)).hasSize(1);
    }

    private OutboxRequest with(String method, String path, Map<String, String> fields) {
        return new OutboxRequest(
                KEY,
                method,
                server.uri(path),
                fields,
                "amount=1000".getBytes(StandardCharsets.UTF_8),
                Instant.now().plusSeconds(60));
    }

    @Test
    void a_transaction_of_the_caller_goes_on_after_an_operation_that_was_there() throws Exception {
        outbox.add(request(KEY));
        execute("CREATE TABLE sale (id INTEGER NOT NULL PRIMARY KEY)");
        try (Connection connection = connections.open();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO sale (id) VALUES (1)");
            assertThat(outbox.add(connection, request(KEY))).isFalse();
            statement.execute("INSERT INTO sale (id) VALUES (2)");
            assertThatThrownBy(() -> outbox.add(connection, request(KEY, new byte[1])))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"))
                    .hasMessageContaining("another operation");
            statement.execute("INSERT INTO sale (id) VALUES (3)");
            assertThat(outbox.add(connection, request(new IdempotencyKey("order-2"))))
                    .isTrue();
            connection.commit();
            try (var rows = statement.executeQuery("SELECT COUNT(*) FROM sale")) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(3);
            }
        }
        assertThat(outbox.list(OutboxState.PENDING, 10)).hasSize(2);
    }

    @Test
    void who_cannot_find_out_whether_it_is_written_down_is_told_that_again_is_safe_S29() {
        for (Fault second : new Fault[] {Fault.NO_CONNECTION, Fault.BEFORE_COMMIT}) {
            for (Fault first : new Fault[] {Fault.AFTER_COMMIT, Fault.BEFORE_COMMIT}) {
                IdempotencyKey key = new IdempotencyKey(first + "-" + second);
                faulty.next(first, second);
                if (first == Fault.AFTER_COMMIT && second == Fault.BEFORE_COMMIT) {
                    // It is seen there, so it is known.
                    assertThat(shaky.add(request(key))).isTrue();
                    continue;
                }

                OutboxException unknown = catchThrowableOfType(OutboxException.class, () -> shaky.add(request(key)));

                assertThat(unknown).hasMessageContainingAll("not known", "safe").hasMessageNotContaining("was not");
                assertThat(unknown.uncertain()).isTrue();
                assertThat(shaky.add(request(key))).isEqualTo(first == Fault.BEFORE_COMMIT);
            }
        }
    }

    @Test
    void what_was_never_begun_is_said_not_to_be_written_down() {
        faulty.next(Fault.NO_CONNECTION);

        assertThatThrownBy(() -> shaky.add(request(KEY)))
                .isInstanceOfSatisfying(
                        OutboxException.class, e -> assertThat(e.uncertain()).isFalse())
                .hasMessageContaining("was not written down");
        assertThat(outbox.find(KEY)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            names = {"NO_CONNECTION", "NO_END"},
            mode = EnumSource.Mode.EXCLUDE)
    void the_end_of_a_round_is_recorded_whatever_becomes_of_its_connection_S29(Fault fault) {
        record End(DeliveryRound round, OutboxState state) {}
        for (End end : new End[] {
            new End(
                    new DeliveryRound.Ended(OutboxState.DELIVERED, 200, new DeliveryRound.Body(new byte[2])),
                    OutboxState.DELIVERED),
            new End(new DeliveryRound.Later(Duration.ofHours(1), true, "later"), OutboxState.PENDING),
            new End(new DeliveryRound.Parked(true, "parked"), OutboxState.PARKED)
        }) {
            execute("DELETE FROM reprise_outbox");
            outbox.add(request(KEY));
            Claimed claimed = outbox.claim(1, LEASE).getFirst();
            faulty.next(fault);

            assertThat(shaky.end(claimed, end.round())).as("%s", end).isTrue();

            assertThat(entry().state()).isEqualTo(end.state());
            if (end.state() == OutboxState.PENDING) {
                assertThat(entry().note()).isEqualTo("later");
                assertThat(outbox.claim(1, LEASE)).as("not before its time").isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AFTER_COMMIT", "BEFORE_COMMIT"})
    void a_node_that_comes_back_late_is_told_so_even_if_that_is_not_acknowledged_S27(Fault fault) {
        outbox.add(request(KEY));
        Claimed late = outbox.claim(1, LEASE).getFirst();
        elapse(LEASE);
        outbox.claim(1, LEASE);
        faulty.next(fault);

        assertThat(shaky.end(late, new DeliveryRound.Parked(false, "late"))).isFalse();
        assertThat(entry().state()).isEqualTo(OutboxState.PENDING);
    }

    @Test
    void who_cannot_find_out_whether_a_round_is_recorded_does_not_say_that_it_is_not() {
        outbox.add(request(KEY));
        Claimed claimed = outbox.claim(1, LEASE).getFirst();
        faulty.next(Fault.AFTER_COMMIT, Fault.NO_CONNECTION);

        assertThatThrownBy(() -> shaky.end(
                        claimed,
                        new DeliveryRound.Ended(OutboxState.DELIVERED, 200, new DeliveryRound.Body(new byte[2]))))
                .isInstanceOfSatisfying(
                        OutboxException.class, e -> assertThat(e.uncertain()).isTrue())
                .hasMessageContaining("not known");
        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
    }

    private void park() {
        execute("DELETE FROM reprise_outbox");
        outbox.add(request(KEY));
        outbox.end(outbox.claim(1, LEASE).getFirst(), new DeliveryRound.Parked(true, "parked"));
    }

    @ParameterizedTest
    @EnumSource(
            names = {"NO_CONNECTION", "NO_END"},
            mode = EnumSource.Mode.EXCLUDE)
    void what_an_operator_decides_holds_whatever_becomes_of_the_connection_S29(Fault fault) {
        park();
        faulty.next(fault);
        assertThat(shaky.retry(KEY)).isTrue();
        assertThat(entry().state()).isEqualTo(OutboxState.PENDING);
        faulty.next(fault);
        assertThat(shaky.retry(KEY)).as("it is not parked any more").isFalse();
        faulty.next();

        park();
        faulty.next(fault);
        assertThat(shaky.resolve(KEY, "the bank \0 has it")).isTrue();
        assertThat(entry().state()).isEqualTo(OutboxState.RESOLVED);
        assertThat(entry().note()).isEqualTo("the bank   has it");
        faulty.next(fault);
        assertThat(shaky.resolve(KEY, "again")).isFalse();
        faulty.next();
    }

    @Test
    void who_cannot_find_out_whether_a_decision_holds_is_told_so() {
        park();
        faulty.next(Fault.BEFORE_COMMIT, Fault.NO_CONNECTION);
        assertThatThrownBy(() -> shaky.resolve(KEY, "note"))
                .hasMessageContainingAll("not known", "again")
                .isInstanceOfSatisfying(
                        OutboxException.class, e -> assertThat(e.uncertain()).isTrue());
        faulty.next(Fault.NO_CONNECTION);
        assertThatThrownBy(() -> shaky.retry(KEY))
                .hasMessageContaining("stays parked")
                .isInstanceOfSatisfying(
                        OutboxException.class, e -> assertThat(e.uncertain()).isFalse());
    }

    @ParameterizedTest
    @EnumSource(names = {"AFTER_COMMIT", "BEFORE_COMMIT"})
    void what_may_have_been_taken_is_said_to_be_due_again_after_the_lease(Fault fault) throws Exception {
        outbox.add(request(KEY));
        faulty.next(fault);

        assertThatThrownBy(() -> shaky.claim(1, LEASE))
                .hasMessageContainingAll("not known", "PT2M")
                .isInstanceOfSatisfying(
                        OutboxException.class, e -> assertThat(e.uncertain()).isTrue());

        elapse(LEASE);
        deliverer().deliverDue();
        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
        assertThat(server.effects()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"AFTER_COMMIT", "BEFORE_COMMIT"})
    void what_may_have_been_deleted_is_said_to_be_so(Fault fault) throws Exception {
        outbox.add(request(KEY));
        deliverer().deliverDue();
        faulty.next(fault);

        assertThatThrownBy(() -> shaky.purge(Duration.ZERO))
                .hasMessageContainingAll("not known", "again")
                .isInstanceOfSatisfying(
                        OutboxException.class, e -> assertThat(e.uncertain()).isTrue());

        assertThat(shaky.purge(Duration.ZERO)).isEqualTo(fault == Fault.BEFORE_COMMIT ? 1 : 0);
        assertThat(outbox.find(KEY)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"AFTER_COMMIT", "BEFORE_COMMIT", "AT_CLOSE"})
    void what_is_read_is_known_whatever_becomes_of_its_connection_then(Fault fault) {
        outbox.add(request(KEY));

        faulty.next(fault);
        assertThat(shaky.find(KEY)).isPresent();
        faulty.next(fault);
        assertThat(shaky.list(OutboxState.PENDING, 1)).hasSize(1);
        faulty.next(fault);
        assertThat(shaky.answer(KEY)).isEmpty();
        faulty.next(fault);
        assertThat(Outbox.in(faulty).find(KEY)).isPresent();
    }
}
