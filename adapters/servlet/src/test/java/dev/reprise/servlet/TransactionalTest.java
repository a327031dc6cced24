package dev.reprise.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.TransactionalEngine;
import dev.reprise.TransactionalExecution;
import dev.reprise.http.Cors;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.http.HttpNames;
import dev.reprise.http.Route;
import dev.reprise.spi.Transactions;
import dev.reprise.store.jdbc.JdbcTransactionalStore;
import dev.reprise.store.jdbc.JdbcTransactions;
import dev.reprise.store.jdbc.TableName;
import dev.reprise.testkit.Parallel;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A servlet that works in the transaction in which its answer is recorded: both are there, or neither. */
@ParameterizedClass
@EnumSource
class TransactionalTest {
    @Parameter
    private Container container = Container.JETTY;

    private final JdbcConnectionPool pool =
            JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private TransactionalEngine<Connection> engine = TransactionalEngine.over(
                    TransactionalTest.bound(JdbcTransactions.of(pool)),
                    JdbcTransactionalStore.open(pool, TableName.DEFAULT))
            .build();
    private Container.Running running = new Container.Running(0, () -> {});

    /** Orders, and then does what the body says. */
    private static final class Orders extends HttpServlet {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response)
                throws IOException, ServletException {
            String then = new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Object execution = request.getAttribute(IdempotencyFilter.EXECUTION);
            Connection transaction = (Connection) ((TransactionalExecution<?>) execution).transaction();
            try (Statement statement = transaction.createStatement()) {
                statement.executeUpdate("INSERT INTO orders VALUES (1)");
            } catch (SQLException e) {
                throw new ServletException(e);
            }
            if (then.equals("later")) {
                request.startAsync();
                return;
            }
            if (then.equals("throw")) {
                throw new ServletException("The handler fails after its work");
            }
            response.setStatus(Integer.parseInt(then));
            response.getWriter().print("ordered");
        }
    }

    /** Transactions that end on the thread that began them, as those of frameworks do. */
    private static Transactions<Connection> bound(Transactions<Connection> transactions) {
        return () -> {
            Transactions.Transaction<Connection> transaction = transactions.begin();
            return new Transactions.Transaction<>() {
                @Override
                public Connection handle() {
                    return transaction.handle();
                }

                @Override
                public void commit() {
                    transaction.commit();
                }

                @Override
                public boolean boundToThread() {
                    return true;
                }

                @Override
                public void close() {
                    transaction.close();
                }
            };
        };
    }

    @BeforeEach
    void start() throws Exception {
        execute("CREATE TABLE orders (id int)");
        HttpIdempotency idempotency =
                new HttpIdempotency(engine, List.of(Route.of("/**")), HttpNames.DEFAULT, Cors.NONE);
        running = container.start(
                Deployment.of(new Orders()).behind(new IdempotencyFilter(idempotency), Deployment.USUAL_DISPATCHES));
    }

    @AfterEach
    void stop() throws Exception {
        client.shutdownNow();
        running.stop().stop();
        engine.close();
        pool.dispose();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int orders() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM orders")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private HttpResponse<String> order(String key, String then) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + running.port() + "/orders"))
                        .header("Idempotency-Key", key)
                        .POST(BodyPublishers.ofString(then))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void the_work_and_the_record_commit_together_and_a_retry_is_a_replay_S7() throws Exception {
        HttpResponse<String> first = order("k", "201");
        HttpResponse<String> retry = order("k", "201");

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(first.headers().firstValue("idempotent-replayed")).isEmpty();
        assertThat(retry.body()).isEqualTo("ordered");
        assertThat(retry.headers().firstValue("idempotent-replayed")).hasValue("true");
        assertThat(orders()).isOne();
    }

    @Test
    void a_handler_that_throws_rolls_back_and_its_key_is_free_at_once_S15() throws Exception {
        assertThat(order("k", "throw").statusCode()).isEqualTo(500);
        assertThat(orders()).isZero();

        // The same request again: it is executed again, and fails again, instead of being called unknown.
        assertThat(order("k", "throw").statusCode()).isEqualTo(500);
        assertThat(orders()).isZero();
    }

    @Test
    void an_answer_of_500_rolls_back_and_one_of_400_commits_S14_S15() throws Exception {
        assertThat(order("failed", "503").statusCode()).isEqualTo(503);
        assertThat(order("failed", "503").headers().firstValue("idempotent-replayed"))
                .isEmpty();
        assertThat(orders()).isZero();

        assertThat(order("refused", "422").statusCode()).isEqualTo(422);
        assertThat(order("refused", "422").headers().firstValue("idempotent-replayed"))
                .hasValue("true");
        assertThat(orders()).isOne();
    }

    @Test
    void duplicates_at_once_are_executed_once_S16() throws Exception {
        List<HttpResponse<String>> responses = Parallel.run(20, () -> order("k", "201"));

        assertThat(responses).extracting(HttpResponse::statusCode).containsOnly(201, 409);
        assertThat(orders()).isOne();
    }

    @Test
    void an_answer_that_would_come_from_another_thread_is_refused_and_nothing_is_kept() throws Exception {
        assertThat(order("k", "later").statusCode()).isEqualTo(500);
        assertThat(orders()).isZero();
        assertThat(order("other", "201").statusCode()).isEqualTo(201);
    }
}
