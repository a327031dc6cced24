package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Response;
import dev.reprise.TransactionalEngine;
import dev.reprise.TransactionalExecution;
import dev.reprise.http.Cors;
import dev.reprise.http.HttpExecution;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.http.HttpNames;
import dev.reprise.http.Next;
import dev.reprise.http.RequestView;
import dev.reprise.http.Route;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** HTTP over the transactional guarantee: what a handler that failed has done is rolled back, and its caller knows. */
class HttpTransactionTest {
    private final HikariDataSource pool = Databases.h2(UUID.randomUUID().toString());
    private final Shop shop = Shop.in(pool);
    private final TransactionalEngine<Connection> engine = TransactionalEngine.over(
                    JdbcTransactions.of(pool), JdbcTransactionalStore.open(pool, TableName.DEFAULT))
            .build();
    private final HttpIdempotency idempotency =
            new HttpIdempotency(engine, List.of(Route.of("/**")), HttpNames.DEFAULT, Cors.NONE);

    @AfterEach
    void close() {
        engine.close();
        pool.close();
    }

    /** A request with a key. */
    private record Request(String key) implements RequestView {
        @Override
        public String method() {
            return "POST";
        }

        @Override
        public String path() {
            return "/orders";
        }

        @Override
        public String query() {
            return "";
        }

        @Override
        public List<String> header(String name) {
            return name.equalsIgnoreCase("Idempotency-Key") ? List.of(key) : List.of();
        }

        @Override
        public String principal() {
            return "alice";
        }
    }

    /** The hold on the operation, after the handler's work. */
    private HttpExecution ordered(String key) throws SQLException {
        if (idempotency.admit(new Request(key)) instanceof Next.ReadBody read
                && read.request().begin(new byte[0]) instanceof Next.Run(HttpExecution execution)) {
            Shop.order(
                    (Connection)
                            ((TransactionalExecution<?>) execution.execution().orElseThrow()).transaction(),
                    key);
            return execution;
        }
        throw new AssertionError(key + " is not executed");
    }

    private void assertRolledBack(String key, Response response, int status) throws SQLException {
        assertThat(response.status()).isEqualTo(status);
        assertThat(new String(response.body().bytes(), StandardCharsets.UTF_8))
                .contains("The key is free: the same request executes again")
                .doesNotContain("nobody can tell");
        assertThat(shop.orders(key)).isZero();
        // Free at once: the retry is executed.
        assertThat(ordered(key).answered(Shop.response(201, "ordered")).status())
                .isEqualTo(201);
        assertThat(shop.orders(key)).isOne();
    }

    @Test
    void a_handler_that_throws_has_done_nothing_and_its_caller_may_ask_again_S15() throws SQLException {
        assertRolledBack("threw", ordered("threw").threw(new IllegalStateException("It failed")), 500);
    }

    @Test
    void a_handler_that_is_lost_has_done_nothing_and_its_caller_may_ask_again_S15() throws SQLException {
        assertRolledBack("lost", ordered("lost").lost(504, "It took too long"), 504);
    }
}
