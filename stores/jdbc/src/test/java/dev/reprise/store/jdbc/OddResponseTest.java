package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Outcome;
import dev.reprise.Response;
import dev.reprise.TransactionalEngine;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.testkit.MariaDbServer;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A response that a database does not take is kept without its body, and without its fields where it must be: an operation
 * with an odd answer never stays running (S21).
 */
@ExtendWith(SharedServers.class)
class OddResponseTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Headers FIELDS = Headers.of("Content-Type", "image/png", "Location", "/pictures/1");

    /** On every database. */
    abstract static class Contract {
        abstract HikariDataSource pool();

        /** A body that this database does not take. */
        abstract byte[] tooLarge();

        @Test
        void a_lease_holder_completes_with_status_and_fields_S21() {
            Response whole = new Response(201, FIELDS, Body.of(tooLarge()));
            assertThat(completed(whole)).isEqualTo(whole.withBody(Body.OMITTED));
        }

        @Test
        void a_transaction_commits_with_status_and_fields_S21() throws SQLException {
            Response whole = new Response(201, FIELDS, Body.of(tooLarge()));
            try (HikariDataSource pool = pool();
                    TransactionalEngine<Connection> engine = TransactionalEngine.over(
                                    JdbcTransactions.of(pool), JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                            .build()) {
                Shop shop = Shop.in(pool);

                Answer first = engine.execute(Shop.operation("a"), execution -> {
                    Shop.order(execution.transaction(), "a");
                    return new Outcome.Answered(whole, whole);
                });

                assertThat(first)
                        .isInstanceOfSatisfying(
                                Answer.Fresh.class,
                                fresh -> assertThat(fresh.response()).isEqualTo(whole));
                assertThat(engine.begin(Shop.operation("a")))
                        .isInstanceOfSatisfying(
                                Answer.Replay.class,
                                replay -> assertThat(replay.response()).isEqualTo(whole.withBody(Body.OMITTED)));
                assertThat(shop.orders("a")).isEqualTo(1);
            }
        }

        @Test
        void fields_that_are_too_long_by_themselves_leave_the_status_S21() {
            Response whole =
                    new Response(201, Headers.of("X-Long", "\u20ac".repeat(6 << 20)), Body.of(new byte[] {1, 2, 3}));
            assertThat(completed(whole).status()).isEqualTo(201);
        }

        @Test
        void every_character_of_a_field_and_every_byte_of_a_body_is_kept_S7() {
            byte[] bytes = new byte[4 * 256];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) i;
            }
            StringBuilder value = new StringBuilder();
            for (char c = 0x20; c < 0x800; c++) {
                value.append(c == 0x7f ? ' ' : c);
            }
            Response odd = new Response(
                    599,
                    Headers.of("X", value + "\u20ac\uffff\ud83d\ude00", "Empty", ""),
                    Body.of(bytes),
                    Headers.of("T", "'\\\""));
            assertThat(completed(odd)).isEqualTo(odd);
        }

        /** Not text at all, but Java lets them through. */
        @Test
        void half_a_surrogate_pair_in_a_field_keeps_no_operation_running() {
            assertThat(completed(new Response(200, Headers.of("X", "a\ud83db"), Body.of(new byte[] {1})))
                            .status())
                    .isEqualTo(200);
        }

        @Test
        void any_reason_is_kept_as_far_as_it_fits() {
            try (HikariDataSource pool = pool();
                    JdbcStore store = open(pool)) {
                for (String reason :
                        new String[] {"x".repeat(5_000), "a\0b", "\ud83d\ude00".repeat(900), "\ud83d", ""}) {
                    Lease lease = acquired(store);
                    assertThat(store.park(lease, reason)).isEqualTo(LeaseStatus.HELD);
                    assertThat(store.find(lease.id()).orElseThrow().state()).isInstanceOf(Unknown.class);
                }
            }
        }

        private Response completed(Response response) {
            try (HikariDataSource pool = pool();
                    JdbcStore store = open(pool)) {
                Lease lease = acquired(store);
                Lease another = acquired(store);
                assertThat(store.complete(lease, response, HOUR)).isEqualTo(LeaseStatus.HELD);
                assertThat(store.complete(another, Shop.response(200, "small"), HOUR))
                        .isEqualTo(LeaseStatus.HELD);
                OperationRecord record = store.find(lease.id()).orElseThrow();
                return ((Completed) record.state()).response();
            }
        }

        private static JdbcStore open(HikariDataSource pool) {
            return JdbcStore.over(pool).timeLimit(Duration.ofSeconds(60)).open();
        }

        private static Lease acquired(JdbcStore store) {
            return ((Acquired) store.acquire(
                            TransactionalContract.claim(UUID.randomUUID().toString())))
                    .lease();
        }
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    @Nested
    class OnPostgres extends Contract {
        private final PostgresServer server;

        OnPostgres(PostgresServer server) {
            this.server = server;
        }

        @Override
        HikariDataSource pool() {
            return Databases.postgres(server);
        }

        @Override
        byte[] tooLarge() {
            return filled((64 << 20) + 1, 1);
        }
    }

    /** A server that takes 16 MiB in one packet, and resets the connection of whoever sends more. */
    @Nested
    class OnMariaDb extends Contract {
        final MariaDbServer server;

        OnMariaDb(MariaDbServer server) {
            this.server = server;
        }

        @Override
        HikariDataSource pool() {
            return Databases.mariaDb(server);
        }

        @Override
        byte[] tooLarge() {
            return filled(17 << 20, 1);
        }
    }

    /** The driver puts a backslash before each of these bytes. */
    @Nested
    class OnMariaDbWithQuotes extends OnMariaDb {
        OnMariaDbWithQuotes(MariaDbServer server) {
            super(server);
        }

        @Override
        byte[] tooLarge() {
            return filled(9 << 20, '\'');
        }
    }

    /** The driver is set to less than the server, which the server does not know. */
    @Nested
    class OnMariaDbWithASmallDriver extends OnMariaDb {
        OnMariaDbWithASmallDriver(MariaDbServer server) {
            super(server);
        }

        @Override
        HikariDataSource pool() {
            try (HikariDataSource plain = super.pool()) {
                return Databases.pool(plain.getJdbcUrl() + "&maxAllowedPacket=100000", 10);
            }
        }

        @Override
        byte[] tooLarge() {
            return filled(150_000, 1);
        }
    }

    @Nested
    class OnH2 extends Contract {
        @Override
        HikariDataSource pool() {
            return Databases.h2("odd-" + UUID.randomUUID());
        }

        @Override
        byte[] tooLarge() {
            return filled((64 << 20) + 1, 1);
        }
    }

    @Nested
    class OnSqlite extends Contract {
        @TempDir
        private Path folder;

        @Override
        HikariDataSource pool() {
            return Databases.pool(
                    "jdbc:sqlite:" + folder.resolve(UUID.randomUUID() + ".db") + "?limit_length=1000000", 10);
        }

        @Override
        byte[] tooLarge() {
            return filled(1_100_000, 1);
        }
    }
}
