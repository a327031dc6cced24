package dev.reprise.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyEngine;
import dev.reprise.http.Cors;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.http.HttpNames;
import dev.reprise.http.Route;
import dev.reprise.memory.MemoryStore;
import io.javalin.Javalin;
import jakarta.servlet.DispatcherType;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.servlet.ServletContainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The pieces of {@code docs/frameworks.md}, run. */
class FrameworksTest {
    private final MemoryStore store = new MemoryStore();
    private final IdempotencyEngine engine = IdempotencyEngine.over(store).build();
    private final HttpIdempotency idempotency = new HttpIdempotency(
            engine, List.of(Route.of("/orders").withKeyRequired(true)), HttpNames.DEFAULT, Cors.NONE);
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger orders = new AtomicInteger();

    @AfterEach
    void close() {
        client.close();
        engine.close();
        store.close();
    }

    /** A resource as any other. */
    @Path("/orders")
    public static class Orders {
        private final AtomicInteger orders;

        Orders(AtomicInteger orders) {
            this.orders = orders;
        }

        /** Orders. */
        @POST
        @Consumes("text/plain")
        public Response order(String what) {
            return Response.status(201)
                    .entity(what + " " + orders.incrementAndGet())
                    .build();
        }
    }

    @Test
    void jersey_S7() throws Exception {
        ResourceConfig resources = new ResourceConfig().register(new Orders(orders));
        ServletContainer jersey = new ServletContainer(resources);
        Container.Running running = Container.JETTY.start(
                Deployment.of(jersey).behind(new IdempotencyFilter(idempotency), Deployment.USUAL_DISPATCHES));

        assertThatRetriesReplay(running.port());
        running.stop().stop();
    }

    @Test
    void javalin_S7() throws Exception {
        Javalin javalin = Javalin.create(config -> {
                    config.jetty.modifyServletContextHandler(context -> {
                        FilterHolder filter = new FilterHolder(new IdempotencyFilter(idempotency));
                        filter.setAsyncSupported(true);
                        context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
                    });
                    config.routes.post(
                            "/orders", call -> call.status(201).result(call.body() + " " + orders.incrementAndGet()));
                })
                .start("127.0.0.1", 0);

        assertThatRetriesReplay(javalin.port());
        javalin.stop();
    }

    private void assertThatRetriesReplay(int port) throws Exception {
        HttpResponse<String> first = order(port, "k");
        HttpResponse<String> retry = order(port, "k");

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(first.body()).isEqualTo("tea 1");
        assertThat(retry.body()).isEqualTo(first.body());
        assertThat(retry.headers().firstValue("Idempotent-Replayed")).hasValue("true");
        assertThat(order(port, "other").body()).isEqualTo("tea 2");
        assertThat(order(port, "").statusCode()).isEqualTo(400);
    }

    private HttpResponse<String> order(int port, String key) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/orders"))
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("tea"));
        if (!key.isEmpty()) {
            request.header("Idempotency-Key", key);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }
}
