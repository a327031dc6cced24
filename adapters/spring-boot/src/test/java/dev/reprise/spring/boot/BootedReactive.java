package dev.reprise.spring.boot;

import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.HttpVisitor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A reactive Boot application on Reactor Netty on a free port, with H2, and a client to call it with. Thread-safe. */
final class BootedReactive implements AutoCloseable {
    private static final String EXCLUDED =
            "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration"
                    + ",org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration";
    private static final String SECURITY =
            "org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration"
                    + ",org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration"
                    + ",org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration";
    static final String WITH_SECURITY = "--spring.autoconfigure.exclude=" + EXCLUDED;
    static final String WITHOUT_DATABASE = "--spring.autoconfigure.exclude=" + EXCLUDED + "," + SECURITY
            + ",org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration";

    private final ReactiveWebServerApplicationContext context;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private BootedReactive(ReactiveWebServerApplicationContext context) {
        this.context = context;
    }

    /** Records in memory. */
    @Configuration(proxyBeanMethods = false)
    static class InMemory {
        @Bean
        OperationStore store() {
            return new MemoryStore();
        }
    }

    /** @param arguments as on the command line, such as {@code --reprise.retention=1h}; later ones count */
    static BootedReactive start(Class<?> application, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.main.banner-mode=off",
                "--logging.level.root=error",
                "--spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1",
                "--spring.autoconfigure.exclude=" + EXCLUDED + "," + SECURITY));
        for (String argument : arguments) {
            all.removeIf(usual -> usual.startsWith(argument.substring(0, argument.indexOf('=') + 1)));
            all.add(argument);
        }
        return new BootedReactive((ReactiveWebServerApplicationContext) new SpringApplicationBuilder(application)
                .web(WebApplicationType.REACTIVE)
                .run(all.toArray(String[]::new)));
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    int port() {
        return Objects.requireNonNull(context.getWebServer()).getPort();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json");
    }

    HttpRequest.Builder keyed(String path, String key, String body) {
        return request(path).header("Idempotency-Key", key).POST(BodyPublishers.ofString(body));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** @param console the path of a console */
    HttpVisitor visitor(String console) {
        return new HttpVisitor(client, uri(console).toString());
    }

    /** Posts JSON with a key. */
    HttpResponse<String> post(String path, String key, String body) throws IOException, InterruptedException {
        return send(keyed(path, key, body));
    }

    CompletableFuture<HttpResponse<String>> posting(String path, String key, String body) {
        return client.sendAsync(keyed(path, key, body).build(), BodyHandlers.ofString());
    }

    /** A caller that has sent a whole request and can go away whenever it wants to. */
    Socket caller(String path, String key) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        socket.getOutputStream()
                .write(("POST " + path
                                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nIdempotency-Key: "
                                + key + "\r\nContent-Length: 0\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    static boolean isReplay(HttpResponse<?> response) {
        return response.headers().firstValue("Idempotent-Replayed").isPresent();
    }

    @Override
    public void close() {
        client.shutdownNow();
        context.close();
    }
}
