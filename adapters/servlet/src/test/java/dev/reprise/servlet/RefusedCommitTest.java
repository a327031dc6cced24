package dev.reprise.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.TransactionalEngine;
import dev.reprise.TransactionalExecution;
import dev.reprise.http.Cors;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.http.HttpNames;
import dev.reprise.http.Route;
import dev.reprise.store.jdbc.JdbcTransactionalStore;
import dev.reprise.store.jdbc.JdbcTransactions;
import dev.reprise.store.jdbc.SqlDialect;
import dev.reprise.store.jdbc.TableName;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
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
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The servlet has answered, and then the database refuses its work: whoever asked is told so by us, and by nobody else. */
@ExtendWith(SharedServers.class)
@ParameterizedClass
@EnumSource
class RefusedCommitTest {
    @Parameter
    private Container container = Container.JETTY;

    private final HikariDataSource pool = new HikariDataSource();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private AutoCloseable engine = () -> {};
    private Container.Running running = new Container.Running(0, () -> {});

    /** Fills the cart of a customer, and answers at length or not. */
    private static final class Carts extends HttpServlet {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response)
                throws IOException, ServletException {
            Object execution = request.getAttribute(IdempotencyFilter.EXECUTION);
            Connection transaction = (Connection) ((TransactionalExecution<?>) execution).transaction();
            try (Statement statement = transaction.createStatement()) {
                statement.executeUpdate("INSERT INTO carts VALUES (7)");
            } catch (SQLException e) {
                throw new ServletException(e);
            }
            response.setStatus(201);
            response.getWriter().print("x".repeat(Integer.parseInt(request.getHeader("Length"))));
        }
    }

    @BeforeEach
    void start(PostgresServer server) throws Exception {
        pool.setJdbcUrl(server.url(server.newDatabase()));
        execute(SqlDialect.POSTGRESQL.script(TableName.DEFAULT));
        execute("CREATE TABLE customers (id int PRIMARY KEY)");
        execute("CREATE TABLE carts (customer int REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED)");
        TransactionalEngine<Connection> started = TransactionalEngine.over(
                        JdbcTransactions.of(pool), JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                .build();
        engine = started;
        HttpIdempotency idempotency = new HttpIdempotency(
                started, List.of(Route.of("/**").withMaxResponseBody(10_000)), HttpNames.DEFAULT, Cors.NONE);
        running = container.start(
                Deployment.of(new Carts()).behind(new IdempotencyFilter(idempotency), Deployment.USUAL_DISPATCHES));
    }

    @AfterEach
    void stop() throws Exception {
        client.shutdownNow();
        running.stop().stop();
        engine.close();
        pool.close();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int carts() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM carts")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private HttpResponse<String> post(int length) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + running.port() + "/carts"))
                        .header("Idempotency-Key", "k")
                        .header("Length", Integer.toString(length))
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 100_000})
    void what_the_database_refuses_at_the_commit_is_answered_and_its_key_is_free_S15(int length) throws Exception {
        HttpResponse<String> refused = post(length);

        assertThat(refused.statusCode()).isEqualTo(500);
        assertThat(refused.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(refused.body())
                .contains("problems/not-finished", "rolled back", "The key is free")
                .doesNotContain("carts_customer_fkey");
        assertThat(carts()).isZero();

        execute("INSERT INTO customers VALUES (7)");
        HttpResponse<String> accepted = post(length);

        assertThat(accepted.statusCode()).isEqualTo(201);
        assertThat(accepted.headers().firstValue("idempotent-replayed")).isEmpty();
        assertThat(accepted.body()).hasSize(length);
        assertThat(post(length).headers().firstValue("idempotent-replayed")).hasValue("true");
        assertThat(carts()).isOne();
    }
}
