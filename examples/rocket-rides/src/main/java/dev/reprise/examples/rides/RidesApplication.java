package dev.reprise.examples.rides;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Response;
import dev.reprise.http.Cors;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.http.HttpNames;
import dev.reprise.http.Route;
import dev.reprise.jackson.JacksonCodecs;
import dev.reprise.outbox.Deliverer;
import dev.reprise.outbox.Outbox;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.servlet.IdempotencyFilter;
import dev.reprise.store.jdbc.JdbcResumableStore;
import dev.reprise.store.jdbc.JdbcTransactions;
import dev.reprise.store.jdbc.TableName;
import jakarta.servlet.DispatcherType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Server;
import tools.jackson.databind.json.JsonMapper;

/** The service: rides in an SQLite file, with the operations and the outbox beside them. */
final class RidesApplication implements AutoCloseable {
    private static final Route ROUTE = Route.of("/rides").withKeyRequired(true).withAnswersAt("/rides/answers");

    private final HikariDataSource database;
    private final ResumableEngine<Connection> engine;
    private final Deliverer deliverer;
    private final Server server;

    /**
     * Starts the service.
     *
     * @param port of the loopback interface; 0 for any
     * @param file of the database
     * @param payments where the payment provider is, and the service that sends receipts
     */
    RidesApplication(int port, Path file, URI payments) throws Exception {
        database = database(file);
        Rides.createTable(database);
        JsonMapper json = JsonMapper.shared();
        Outbox outbox = Outbox.in(database::getConnection);
        JacksonCodecs codecs = new JacksonCodecs(json);
        Resumable<RideRequest, Response, Connection> bookRide = BookRide.type(
                codecs, new StripePayments(payments), new Receipts(outbox, payments.resolve("/receipts"), json));
        engine = ResumableEngine.over(
                        JdbcTransactions.of(database), JdbcResumableStore.open(database, TableName.DEFAULT))
                .codecs(codecs)
                .register(bookRide)
                .build();
        deliverer = Deliverer.of(outbox, HttpClient.newHttpClient())
                .interval(Duration.ofMillis(200))
                .build()
                .start();
        HttpIdempotency idempotency = new HttpIdempotency(engine, List.of(ROUTE), HttpNames.DEFAULT, Cors.NONE);
        server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        server.setHandler(behind(new IdempotencyFilter(idempotency), new RidesServlet(bookRide, json)));
        server.start();
    }

    static HikariDataSource database(Path file) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:sqlite:" + file.toAbsolutePath()
                + "?journal_mode=WAL&synchronous=FULL&busy_timeout=30000&transaction_mode=IMMEDIATE");
        config.setMaximumPoolSize(8);
        return new HikariDataSource(config);
    }

    private static ServletContextHandler behind(IdempotencyFilter filter, RidesServlet rides) {
        ServletContextHandler context = new ServletContextHandler();
        FilterHolder holder = new FilterHolder(filter);
        holder.setAsyncSupported(true);
        context.addFilter(holder, "/*", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
        context.addServlet(new ServletHolder(rides), "/rides");
        return context;
    }

    int port() {
        return ((NetworkConnector) server.getConnectors()[0]).getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("The server does not stop", e);
        }
        engine.close();
        deliverer.close();
        database.close();
    }
}
