package dev.reprise.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyEngine;
import dev.reprise.TransactionalEngine;
import dev.reprise.TransactionalExecution;
import dev.reprise.http.Cors;
import dev.reprise.http.Fingerprinting;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.http.HttpNames;
import dev.reprise.http.IssuedKeys;
import dev.reprise.http.KeyIssuer;
import dev.reprise.http.KeyLocation;
import dev.reprise.http.Profile;
import dev.reprise.http.Route;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.OperationStore;
import dev.reprise.store.jdbc.JdbcTransactionalStore;
import dev.reprise.store.jdbc.JdbcTransactions;
import dev.reprise.store.jdbc.TableName;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
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
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code README.md} and {@code docs/servlet.md} show, line by line; it works. */
class DocumentationTest {
    private final OperationStore store = new MemoryStore();
    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        client.close();
        store.close();
    }

    @Test
    void the_filter_in_jetty() throws Exception {
        IdempotencyEngine engine = IdempotencyEngine.over(store).build();
        HttpIdempotency idempotency = new HttpIdempotency(
                engine,
                List.of(Route.of("/v1/charges").withKeyRequired(true), Route.of("/v1/**")),
                HttpNames.DEFAULT,
                Cors.NONE);
        IdempotencyFilter filter = new IdempotencyFilter(idempotency);

        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();

        FilterHolder holder = new FilterHolder(filter);
        holder.setAsyncSupported(true);
        context.addFilter(holder, "/*", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));

        ServletHolder charges = new ServletHolder(new Counting());
        charges.setAsyncSupported(true);
        context.addServlet(charges, "/*");
        server.setHandler(context);
        server.start();

        assertThatRetriesReplay(connector.getLocalPort());
        assertThat(post(connector.getLocalPort(), "/v1/charges", null).statusCode())
                .isEqualTo(400);
        server.stop();
        engine.close();
    }

    @Test
    void the_filter_in_tomcat() throws Exception {
        IdempotencyEngine engine = IdempotencyEngine.over(store).build();
        IdempotencyFilter filter = new IdempotencyFilter(
                new HttpIdempotency(engine, List.of(Route.of("/v1/**")), HttpNames.DEFAULT, Cors.NONE));
        Tomcat tomcat = tomcat();
        Context context = tomcat.addContext("", null);

        FilterDef definition = new FilterDef();
        definition.setFilterName("idempotency");
        definition.setFilter(filter);
        definition.setAsyncSupported("true");
        context.addFilterDef(definition);
        FilterMap mapping = new FilterMap();
        mapping.setFilterName("idempotency");
        mapping.addURLPattern("/*");
        mapping.setDispatcher(DispatcherType.REQUEST.name());
        mapping.setDispatcher(DispatcherType.ASYNC.name());
        context.addFilterMap(mapping);

        serve(tomcat, context);
        assertThatRetriesReplay(tomcat.getConnector().getLocalPort());
        tomcat.stop();
        tomcat.destroy();
        engine.close();
    }

    @Test
    void the_filter_by_an_initializer_in_any_container() throws Exception {
        IdempotencyEngine engine = IdempotencyEngine.over(store).build();
        IdempotencyFilter filter = new IdempotencyFilter(
                new HttpIdempotency(engine, List.of(Route.of("/v1/**")), HttpNames.DEFAULT, Cors.NONE));
        Tomcat tomcat = tomcat();
        Context tomcatContext = tomcat.addContext("", null);
        tomcatContext.addServletContainerInitializer(new Registering(filter), null);

        serve(tomcat, tomcatContext);
        assertThatRetriesReplay(tomcat.getConnector().getLocalPort());
        tomcat.stop();
        tomcat.destroy();
        engine.close();
    }

    private record Registering(IdempotencyFilter filter) implements ServletContainerInitializer {
        @Override
        public void onStartup(@Nullable Set<Class<?>> classes, ServletContext context) {
            FilterRegistration.Dynamic registration = context.addFilter("idempotency", filter);
            registration.setAsyncSupported(true);
            registration.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC), true, "/*");
        }
    }

    @Test
    void who_asks_S12() throws Exception {
        IdempotencyEngine engine = IdempotencyEngine.over(store).build();
        HttpIdempotency idempotency =
                new HttpIdempotency(engine, List.of(Route.of("/v1/**")), HttpNames.DEFAULT, Cors.NONE);

        IdempotencyFilter filter = new IdempotencyFilter(idempotency, request -> tenantOf(request));

        Container.Running running =
                Container.JETTY.start(Deployment.of(new Counting()).behind(filter, Deployment.USUAL_DISPATCHES));
        assertThatRetriesReplay(running.port());
        running.stop().stop();
        engine.close();
    }

    private static String tenantOf(HttpServletRequest request) {
        return String.valueOf(request.getHeader("X-Tenant"));
    }

    @Test
    void routes_with_dialects_places_of_keys_and_issued_keys() {
        byte[] secret = new byte[32];

        List<Route> routes = List.of(
                Route.of("/v1/charges").withProfile(Profile.STRIPE),
                Route.of("/v2/payments").withKeyLocations(new KeyLocation(KeyLocation.Place.JSON, "/idempotency_key")),
                Route.of("/v1/orders").withFingerprints(Fingerprinting.CANONICAL_JSON),
                Route.of("/v1/refunds")
                        .withIssuedKeys(new IssuedKeys(
                                "/v1/refunds/keys", new KeyIssuer(List.of(secret), Duration.ofHours(1)))));

        IdempotencyEngine engine = IdempotencyEngine.over(store).build();
        assertThat(new HttpIdempotency(engine, routes, HttpNames.DEFAULT, Cors.NONE))
                .isNotNull();
        engine.close();
    }

    @Test
    void the_business_transaction_S4_S7_S15() throws Exception {
        JdbcConnectionPool pool =
                JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
        execute(pool, "CREATE TABLE orders (sku varchar(20))");

        TransactionalEngine<Connection> engine = TransactionalEngine.over(
                        JdbcTransactions.of(pool), JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                .build();
        IdempotencyFilter filter = new IdempotencyFilter(new HttpIdempotency(
                engine, List.of(Route.of("/orders").withKeyRequired(true)), HttpNames.DEFAULT, Cors.NONE));

        Container.Running running =
                Container.JETTY.start(Deployment.of(new Orders()).behind(filter, Deployment.USUAL_DISPATCHES));
        HttpResponse<String> first = post(running.port(), "/orders", "k");
        HttpResponse<String> retry = post(running.port(), "/orders", "k");
        HttpResponse<String> keyless = post(running.port(), "/orders", null);

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(retry.headers().firstValue("idempotent-replayed")).hasValue("true");
        assertThat(keyless.statusCode()).isEqualTo(400);
        assertThat(keyless.body()).contains("missing-key");
        try (Connection connection = pool.getConnection();
                PreparedStatement count = connection.prepareStatement("SELECT count(*) FROM orders");
                ResultSet rows = count.executeQuery()) {
            rows.next();
            assertThat(rows.getInt(1)).isOne();
        }
        running.stop().stop();
        engine.close();
        pool.dispose();
    }

    private static final class Orders extends HttpServlet {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws ServletException {
            Object execution = request.getAttribute(IdempotencyFilter.EXECUTION);
            Connection transaction = (Connection) ((TransactionalExecution<?>) execution).transaction();
            try (PreparedStatement insert = transaction.prepareStatement("INSERT INTO orders VALUES ('sku-1')")) {
                insert.executeUpdate(); // neither commit nor roll back: the filter does
            } catch (SQLException e) {
                throw new ServletException(e);
            }
            response.setStatus(201);
        }
    }

    /** Says how often it has worked. */
    private static final class Counting extends HttpServlet {
        @Serial
        private static final long serialVersionUID = 1;

        private final AtomicInteger executions = new AtomicInteger();

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter().print(executions.incrementAndGet());
        }
    }

    private Tomcat tomcat() {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        tomcat.setConnector(connector);
        return tomcat;
    }

    private static void serve(Tomcat tomcat, Context context) throws Exception {
        Wrapper counting = Tomcat.addServlet(context, "counting", new Counting());
        counting.setAsyncSupported(true);
        counting.addMapping("/*");
        tomcat.start();
    }

    private void assertThatRetriesReplay(int port) throws Exception {
        HttpResponse<String> first = post(port, "/v1/charges", "k");
        HttpResponse<String> retry = post(port, "/v1/charges", "k");

        assertThat(first.body()).isEqualTo("1");
        assertThat(retry.body()).isEqualTo("1");
        assertThat(retry.headers().firstValue("idempotent-replayed")).hasValue("true");
    }

    private HttpResponse<String> post(int port, String path, @Nullable String key) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .POST(BodyPublishers.ofString("{}"));
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static void execute(DataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        }
    }
}
