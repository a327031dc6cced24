package dev.reprise.servlet;

import dev.reprise.IdempotencyEngine;
import dev.reprise.http.Cors;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.http.HttpNames;
import dev.reprise.http.Route;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.support.TimeLimitedStore;
import dev.reprise.testkit.FaultyStore;
import dev.reprise.testkit.RawClient;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A servlet application behind the filter in a real container, and a client to call it with. Thread-safe. */
final class Application implements AutoCloseable {
    private final FaultyStore store = new FaultyStore(new MemoryStore());
    private final IdempotencyEngine engine = IdempotencyEngine.over(new TimeLimitedStore(store, Duration.ofMillis(500)))
            .build();
    private final AtomicInteger executions = new AtomicInteger();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final Container.Running container;
    private volatile Behaviour behaviour;

    /** What the application does; the oracle counts its requests, not its further dispatches. */
    interface Behaviour {
        void answer(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException;
    }

    /** What a test chooses about the application. */
    record Setup(
            Route route,
            Function<HttpIdempotency, IdempotencyFilter> filter,
            Set<DispatcherType> dispatches,
            boolean asyncSupported,
            String contextPath,
            HttpNames names) {
        static final Setup USUAL = new Setup(
                Route.of("/**"), IdempotencyFilter::new, Deployment.USUAL_DISPATCHES, true, "", HttpNames.DEFAULT);

        Setup withNames(HttpNames chosen) {
            return new Setup(route, filter, dispatches, asyncSupported, contextPath, chosen);
        }

        Setup withContextPath(String path) {
            return new Setup(route, filter, dispatches, asyncSupported, path, names);
        }

        Setup withRoute(UnaryOperator<Route> change) {
            return new Setup(change.apply(route), filter, dispatches, asyncSupported, contextPath, names);
        }

        Setup withErrorPage(String path) {
            return new Setup(
                    route,
                    filter.andThen(made -> made.withErrorPage(path)),
                    dispatches,
                    asyncSupported,
                    contextPath,
                    names);
        }

        Setup withPrincipal(Function<HttpServletRequest, String> principal) {
            return new Setup(
                    route,
                    idempotency -> new IdempotencyFilter(idempotency, principal),
                    dispatches,
                    asyncSupported,
                    contextPath,
                    names);
        }

        Setup withoutAsync() {
            return new Setup(route, filter, dispatches, false, contextPath, names);
        }

        Setup mappedFor(DispatcherType only) {
            return new Setup(route, filter, Set.of(only), asyncSupported, contextPath, names);
        }
    }

    Application(Container kind, Behaviour behaviour) {
        this(kind, Setup.USUAL, behaviour);
    }

    Application(Container kind, Setup setup, Behaviour behaviour) {
        this.behaviour = behaviour;
        HttpIdempotency idempotency = new HttpIdempotency(
                engine, List.of(setup.route()), setup.names(), new Cors(Set.of("https://shop.example"), false));
        try {
            container = kind.start(Deployment.of(new Endpoint())
                    .behind(authenticated(setup.filter().apply(idempotency)), setup.dispatches())
                    .withAsyncSupported(setup.asyncSupported())
                    .withContextPath(setup.contextPath()));
        } catch (Exception e) {
            throw new IllegalStateException("The container does not start", e);
        }
    }

    /** Callers name themselves here, and say whether a form is read for a token, as filters against forgery do. */
    private static Filter authenticated(Filter filter) {
        AtomicInteger requests = new AtomicInteger();
        return (request, response, chain) -> {
            String user = ((HttpServletRequest) request).getHeader("X-User");
            HttpServletResponse answer = (HttpServletResponse) response;
            if ("revoked".equals(user)) {
                answer.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
            } else {
                if (((HttpServletRequest) request).getHeader("X-Form-Token") != null) {
                    request.getParameter("token");
                }
                answer.setHeader("X-Outer", "request " + requests.incrementAndGet());
                filter.doFilter(user == null ? request : new Named((HttpServletRequest) request, user), answer, chain);
            }
        };
    }

    private static final class Named extends HttpServletRequestWrapper {
        private final String user;

        private Named(HttpServletRequest request, String user) {
            super(request);
            this.user = user;
        }

        @Override
        public Principal getUserPrincipal() {
            return () -> user;
        }
    }

    private final class Endpoint extends HttpServlet {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws IOException, ServletException {
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                executions.incrementAndGet();
            }
            behaviour.answer(request, response);
        }
    }

    void behave(Behaviour chosen) {
        behaviour = chosen;
    }

    FaultyStore store() {
        return store;
    }

    /** How many requests reached the application. */
    int executions() {
        return executions.get();
    }

    int port() {
        return container.port();
    }

    HttpClient client() {
        return client;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(60));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** Posts a body with a key. */
    HttpResponse<String> post(String path, String key, String body) throws IOException, InterruptedException {
        return send(request(path).header("Idempotency-Key", key).POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> post(String key) throws IOException, InterruptedException {
        return post("/a", key, "body");
    }

    /** The head of a raw request with a key and without a body. */
    static String head(String key) {
        return "POST /a HTTP/1.1\nHost: x\nConnection: close\nIdempotency-Key: " + key + "\nContent-Length: 0\n\n";
    }

    /** Posts a form in chunks with a key, which somebody reads before the filter, and returns the raw response. */
    String exchangeForm(String form) throws IOException {
        return RawClient.exchange(
                port(),
                "POST /a HTTP/1.1\nHost: x\nConnection: close\nIdempotency-Key: k\nX-Form-Token: read\n"
                        + "Content-Type: application/x-www-form-urlencoded\nTransfer-Encoding: chunked\n\n"
                        + Integer.toHexString(form.length()) + "\n" + form + "\n0\n\n");
    }

    @Override
    public void close() {
        store.heal();
        client.shutdownNow();
        try {
            container.stop().stop();
        } catch (Exception e) {
            throw new IllegalStateException("The container does not stop", e);
        }
        engine.close();
        store.close();
    }
}
