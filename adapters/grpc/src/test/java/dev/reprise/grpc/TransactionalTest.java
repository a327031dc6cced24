package dev.reprise.grpc;

import static dev.reprise.grpc.Served.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.TransactionalEngine;
import dev.reprise.grpc.Served.Reply;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.Transactions;
import dev.reprise.store.jdbc.JdbcTransactionalStore;
import dev.reprise.store.jdbc.JdbcTransactions;
import dev.reprise.store.jdbc.TableName;
import dev.reprise.testkit.Parallel;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A handler that works in the transaction in which its answer is recorded: both are there, or neither. */
class TransactionalTest {
    private static final Context.Key<Connection> TRANSACTION = Context.key("transaction");

    private final JdbcConnectionPool pool =
            JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
    private final TransactionalEngine<Connection> engine = engine(JdbcTransactions.of(pool));
    private final IdempotencyInterceptor interceptor = protecting(engine);
    private final AtomicReference<@Nullable ServerCall<String, String>> open = new AtomicReference<>();
    private final AtomicBoolean refused = new AtomicBoolean();

    @BeforeEach
    void create() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE charges (id int)");
        }
    }

    @AfterEach
    void close() {
        engine.close();
        pool.dispose();
    }

    private TransactionalEngine<Connection> engine(Transactions<Connection> transactions) {
        return TransactionalEngine.over(transactions, JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                .build();
    }

    private static IdempotencyInterceptor protecting(TransactionalEngine<Connection> engine) {
        return IdempotencyInterceptor.over(
                engine,
                TRANSACTION,
                (call, headers) -> "ann",
                List.of(ProtectedMethod.of(Texts.CHARGE).withKeyRequired(true)));
    }

    /** Inserts, and then does what the message says. */
    private void handle(String message, ServerCall<String, String> call) {
        try (Statement statement = TRANSACTION.get().createStatement()) {
            statement.executeUpdate("INSERT INTO charges VALUES (1)");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        switch (message) {
            case "throw" -> throw new IllegalStateException("The handler fails after its work");
            case "later" -> open.set(call);
            case "elsewhere" ->
                CompletableFuture.runAsync(() -> answer(call, "charged"))
                        .exceptionally(thrown -> {
                            refused.set(true);
                            return null;
                        })
                        .join();
            case "OK" -> answer(call, "charged");
            default -> call.close(Status.Code.valueOf(message).toStatus(), new Metadata());
        }
    }

    private int rows() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM charges")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void fifty_duplicates_at_once_insert_once_S16() throws Exception {
        try (Served served = Served.of(this::handle, interceptor)) {
            List<Reply> replies = Parallel.run(50, () -> served.charge("k", "OK"));

            assertThat(replies)
                    .filteredOn(reply -> reply.status().isOk() && !reply.replayed())
                    .hasSize(1);
            assertThat(rows()).isOne();
            assertThat(served.charge("k", "OK").replayed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INTERNAL", "UNAVAILABLE", "DEADLINE_EXCEEDED", "PERMISSION_DENIED"})
    void what_a_failing_handler_has_inserted_is_rolled_back_and_the_key_is_free_S15(String code) throws Exception {
        try (Served served = Served.of(this::handle, interceptor)) {
            assertThat(served.charge("k", code).status().getCode()).hasToString(code);
            assertThat(rows()).isZero();
            assertThat(served.charge("k", "OK").replayed()).isFalse();
            assertThat(rows()).isOne();
        }
    }

    @Test
    void what_a_throwing_handler_has_inserted_is_rolled_back_and_the_key_is_free_S15() throws Exception {
        try (Served served = Served.of(this::handle, interceptor)) {
            assertThat(served.charge("k", "throw").status().getCode()).isEqualTo(Status.Code.UNKNOWN);
            assertThat(rows()).isZero();
            assertThat(served.charge("k", "OK").message()).isEqualTo("charged");
            assertThat(rows()).isOne();
        }
    }

    @Test
    void a_final_error_commits_and_is_replayed_S14() throws Exception {
        try (Served served = Served.of(this::handle, interceptor)) {
            served.charge("k", "NOT_FOUND");
            Reply again = served.charge("k", "NOT_FOUND");

            assertThat(again.status().getCode()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(again.replayed()).isTrue();
            assertThat(rows()).isOne();
        }
    }

    /** The transaction ends with the handler, so an answer that comes later would be of nothing. */
    @Test
    void a_handler_that_answers_later_is_rolled_back_and_refused() throws Exception {
        try (Served served = Served.of(this::handle, interceptor)) {
            Reply reply = served.charge("k", "later");

            assertNotFinished(reply);
            assertThat(rows()).isZero();
            ServerCall<String, String> late = Objects.requireNonNull(open.get());
            assertThatThrownBy(() -> answer(late, "charged")).isInstanceOf(IllegalStateException.class);
            assertThat(served.charge("k", "OK").replayed()).isFalse();
        }
    }

    @Test
    void a_handler_that_answers_on_another_thread_is_rolled_back_and_refused() throws Exception {
        try (Served served = Served.of(this::handle, interceptor)) {
            assertNotFinished(served.charge("k", "elsewhere"));
            assertThat(refused).isTrue();
            assertThat(rows()).isZero();
            assertThat(served.charge("k", "OK").replayed()).isFalse();
            assertThat(rows()).isOne();
        }
    }

    private static void assertNotFinished(Reply reply) {
        assertThat(reply.status().getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(reply.trailer("idempotency-problem")).endsWith("/not-finished");
        assertThat(reply.trailer("grpc-retry-pushback-ms")).isEqualTo("-1");
    }

    @Test
    void a_commit_that_is_refused_rolls_back_and_says_so_S15() throws Exception {
        TransactionalEngine<Connection> refusing = engine(refusingToCommit(JdbcTransactions.of(pool)));
        try (Served served = Served.of(this::handle, protecting(refusing))) {
            assertNotFinished(served.charge("k", "OK"));
            assertThat(rows()).isZero();
        }
        refusing.close();
    }

    /** As a database does that finds a deferred constraint broken. */
    private static Transactions<Connection> refusingToCommit(Transactions<Connection> transactions) {
        return () -> {
            Transactions.Transaction<Connection> transaction = transactions.begin();
            return new Transactions.Transaction<>() {
                @Override
                public Connection handle() {
                    return transaction.handle();
                }

                @Override
                public void commit() {
                    throw new StoreException("commit", new SQLException("A constraint is broken", "23505"));
                }

                @Override
                public boolean worksAtCommit() {
                    return true;
                }

                @Override
                public void close() {
                    transaction.close();
                }
            };
        };
    }
}
