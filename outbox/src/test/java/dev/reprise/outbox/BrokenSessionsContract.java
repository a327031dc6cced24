package dev.reprise.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reprise.client.IdempotencyKey;
import dev.reprise.outbox.FaultyConnections.Fault;
import dev.reprise.testkit.TcpFaultProxy;
import dev.reprise.testkit.TcpFaultProxy.Moment;
import dev.reprise.testkit.TcpFaultProxy.Plan;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections to a real server that are cut at some byte, and sessions that outlive them. The oracle is the table. */
abstract class BrokenSessionsContract extends ServerContract {
    /** The address of the database that this test works in. */
    abstract String url();

    private ConnectionSource through(TcpFaultProxy proxy) {
        String url = url().replaceFirst(":\\d+/", ":" + proxy.port() + "/");
        return () -> DriverManager.getConnection(url);
    }

    private int port() {
        return Integer.parseInt(url().replaceFirst(".*:(\\d+)/.*", "$1"));
    }

    @ParameterizedTest
    @EnumSource
    void a_commit_that_is_cut_off_from_its_acknowledgement_is_found_out_about_S29(Moment moment) {
        try (TcpFaultProxy proxy = new TcpFaultProxy(port())) {
            Outbox cut = Outbox.in(through(proxy));
            proxy.cutAt("COMMIT", moment);

            assertThat(cut.add(request(KEY))).isTrue();

            assertThat(outbox.list(OutboxState.PENDING, 10)).hasSize(1);
        }
    }

    @Test
    void what_is_said_of_an_addition_is_true_wherever_its_connection_is_cut_S29() {
        int known = 0;
        try (TcpFaultProxy proxy = new TcpFaultProxy(port())) {
            Outbox cut = Outbox.in(through(proxy));
            for (int bytes = 0; bytes < 3000; bytes += 61) {
                for (Plan plan : new Plan[] {Plan.cutRequestAfter(bytes), Plan.cutResponseAfter(bytes)}) {
                    IdempotencyKey key = new IdempotencyKey("cut-" + plan.requestBytes() + "-" + plan.responseBytes());
                    proxy.next(plan);
                    OutboxException failure = catchThrowableOfType(OutboxException.class, () -> cut.add(request(key)));
                    boolean there = outbox.find(key).isPresent();
                    known += assertTrue(key, failure, there);
                }
            }
        }
        assertThat(known).as("some are written down, and some are not").isBetween(10, 90);
    }

    private static int assertTrue(IdempotencyKey key, @Nullable OutboxException failure, boolean there) {
        if (failure == null) {
            assertThat(there).as("%s is said to be there", key).isTrue();
            return 1;
        }
        if (!failure.uncertain()) {
            assertThat(there).as("%s is said not to be there: %s", key, failure).isFalse();
        }
        return 0;
    }

    @Test
    void a_session_that_outlives_its_connection_leaves_it_unknown_and_again_is_safe_S29() {
        FaultyConnections faulty = new FaultyConnections(connections);
        Outbox shaky = Outbox.in(faulty);
        faulty.next(Fault.NO_END);

        OutboxException unknown = catchThrowableOfType(OutboxException.class, () -> shaky.add(request(KEY)));

        assertThat(unknown.uncertain()).isTrue();
        assertThat(unknown).hasMessageContaining("not known");
        faulty.end();
        assertThat(shaky.add(request(KEY))).isTrue();
        assertThat(outbox.list(OutboxState.PENDING, 10)).hasSize(1);
    }

    @Test
    void a_transaction_that_began_too_early_to_see_an_operation_is_told_that_it_is_there() throws Exception {
        try (Connection early = connections.open();
                Statement statement = early.createStatement()) {
            early.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            early.setAutoCommit(false);
            statement.execute("SELECT COUNT(*) FROM reprise_outbox");
            outbox.add(request(KEY));

            boolean again;
            try {
                again = outbox.add(early, request(KEY));
            } catch (SQLException e) {
                assertThat(e.getSQLState()).as("to be done again: %s", e).isEqualTo("40001");
                again = false;
            }

            assertThat(again).isFalse();
        }
        assertThat(outbox.list(OutboxState.PENDING, 10)).hasSize(1);
    }

    /** How long a lease is does not matter here. */
    @Test
    void a_round_whose_end_is_cut_off_from_its_acknowledgement_has_ended_S29() {
        try (TcpFaultProxy proxy = new TcpFaultProxy(port())) {
            Outbox cut = Outbox.in(through(proxy));
            for (Moment moment : Moment.values()) {
                execute("DELETE FROM reprise_outbox");
                outbox.add(request(KEY));
                Claimed claimed = outbox.claim(1, Duration.ofMinutes(2)).getFirst();
                proxy.cutAt("COMMIT", moment);

                assertThat(cut.end(
                                claimed,
                                new DeliveryRound.Ended(
                                        OutboxState.DELIVERED, 200, new DeliveryRound.Body(new byte[2]))))
                        .isTrue();

                assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
            }
        }
    }
}
