package dev.reprise.spring.boot;

import dev.reprise.testkit.HttpVisitor;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** A Boot application in Tomcat on a free port, with H2 unless told otherwise, and a client to call it with. Thread-safe. */
final class Booted implements AutoCloseable {
    private static final String EXCLUDED =
            "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration";
    static final String SECURITY = "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration"
            + ",org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration"
            + ",org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration"
            + ",org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration"
            + ",org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration";
    static final String WITH_JPA = "--spring.autoconfigure.exclude=" + SECURITY;
    static final String WITH_SECURITY = "--spring.autoconfigure.exclude=" + EXCLUDED;
    static final String WITHOUT_SECURITY_AND_JPA = EXCLUDED + "," + SECURITY;

    private final ServletWebServerApplicationContext context;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Booted(ServletWebServerApplicationContext context) {
        this.context = context;
    }

    /** @param arguments as on the command line, such as {@code --reprise.retention=1h}; later ones count */
    static Booted start(Class<?> application, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.main.banner-mode=off",
                "--logging.level.root=warn",
                "--spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1",
                "--spring.datasource.hikari.maximum-pool-size=4",
                "--spring.datasource.hikari.connection-timeout=5000",
                "--spring.autoconfigure.exclude=" + EXCLUDED + "," + SECURITY));
        for (String argument : arguments) {
            all.removeIf(usual -> usual.startsWith(argument.substring(0, argument.indexOf('=') + 1)));
            all.add(argument);
        }
        return new Booted((ServletWebServerApplicationContext)
                new SpringApplicationBuilder(application).run(all.toArray(String[]::new)));
    }

    ServletWebServerApplicationContext context() {
        return context;
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    JdbcTemplate jdbc() {
        return bean(JdbcTemplate.class);
    }

    int rows(String table) {
        return jdbc().queryForList("SELECT * FROM " + table).size();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    int port() {
        return java.util.Objects.requireNonNull(context.getWebServer()).getPort();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json");
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
        return send(request(path).header("Idempotency-Key", key).POST(BodyPublishers.ofString(body)));
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
