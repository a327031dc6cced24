package dev.reprise.servlet.comparison;

import dev.reprise.IdempotencyEngine;
import dev.reprise.http.Cors;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.http.HttpNames;
import dev.reprise.http.Route;
import dev.reprise.memory.MemoryStore;
import dev.reprise.servlet.Container;
import dev.reprise.servlet.Deployment;
import dev.reprise.servlet.IdempotencyFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The application of the table in a container, with the filter or without it. Thread-safe. */
final class Host implements AutoCloseable {
    private static final String ROW = "X-Row";

    private final MemoryStore store = new MemoryStore();
    private final IdempotencyEngine engine = IdempotencyEngine.over(store).build();
    private final Map<String, Exchange> exchanges = new ConcurrentHashMap<>();
    private final Container.Running running;

    private record Exchange(Row row, Seen seen) {}

    /** What came of a request. */
    record Observed(Reply reply, String seen, int calls) {}

    Host(Container container, boolean filtered) throws Exception {
        Endpoint endpoint = new Endpoint();
        running = container.start(Deployment.of(endpoint)
                .with("/multipart/*", new Endpoint(), new MultipartConfigElement(""))
                .with("/limited/*", new Endpoint(), new MultipartConfigElement("", 100, 1_000, 0))
                .with(
                        "/mvc/*",
                        SpringApplication.servlet(this::seenBy),
                        new MultipartConfigElement("", 1_000, 10_000, 0))
                .with("/alive", new Alive(), null)
                .with("/error", new ShownError(), null)
                .withErrorPage("/error")
                .behind(new Outside(filtered ? filter() : null), Deployment.USUAL_DISPATCHES));
    }

    private Filter filter() {
        HttpIdempotency idempotency = new HttpIdempotency(
                engine,
                List.of(Route.of("/**")
                        .withMethods(Set.of("POST", "PUT", "PATCH", "DELETE"))
                        .withMaxRequestBody(100_000)
                        .withMaxResponseBody(100_000)),
                HttpNames.DEFAULT,
                Cors.NONE);
        return new IdempotencyFilter(idempotency).withErrorPage("/error");
    }

    /** Runs a row. */
    Observed run(Row row, String key) throws IOException {
        String id = row.name().hashCode() + "-" + exchanges.size();
        Seen seen = new Seen();
        exchanges.put(id, new Exchange(row, seen));
        Reply reply = Reply.to(running, row.request(), row.request().toBytes(id, key));
        return new Observed(reply, seen.notes(), seen.calls());
    }

    @Nullable
    Seen seenBy(HttpServletRequest request) {
        Exchange exchange = exchanges.get(request.getHeader(ROW));
        return exchange == null ? null : exchange.seen();
    }

    /** Does what the row says. */
    private final class Endpoint extends HttpServlet {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws IOException, ServletException {
            Exchange exchange = Objects.requireNonNull(exchanges.get(request.getHeader(ROW)));
            Seen seen = exchange.seen();
            seen.began();
            try {
                if (request.getDispatcherType() == DispatcherType.REQUEST) {
                    seen.called();
                }
                exchange.row().handler().handle(request, response, seen);
            } catch (IOException | ServletException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new ServletException(e);
            } finally {
                seen.ended();
            }
        }
    }

    private static final class Alive extends HttpServlet {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {}
    }

    @Override
    public void close() {
        try {
            running.stop().stop();
        } catch (Exception e) {
            throw new IllegalStateException("The container does not stop", e);
        }
        engine.close();
        store.close();
    }
}
