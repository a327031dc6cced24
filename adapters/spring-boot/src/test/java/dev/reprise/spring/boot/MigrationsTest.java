package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The tables of a server come by the migrations of the application, as the page says, before they are looked for. */
@ExtendWith(SharedServers.class)
class MigrationsTest {
    private static final String SCRIPTS = "/dev/reprise/store/jdbc/postgresql/";

    private final PostgresServer server;

    @TempDir
    private Path folder;

    MigrationsTest(PostgresServer server) {
        this.server = server;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Application {
        private final JdbcTemplate jdbc;

        Application(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @Idempotent
        @PostMapping("/orders")
        String order() {
            jdbc.update("INSERT INTO orders VALUES (1)");
            return "ordered";
        }
    }

    private void assertThatOrdersAreSafe(String... arguments) throws Exception {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--spring.datasource.url=" + server.url(server.newDatabase());
        try (Booted application = Booted.start(Application.class, all)) {
            assertThat(application.post("/orders", "k", "").statusCode()).isEqualTo(200);
            assertThat(Booted.isReplay(application.post("/orders", "k", ""))).isTrue();
            assertThat(application.rows("orders")).isOne();
        }
    }

    @Test
    void flyway_runs_the_scripts_under_the_next_free_numbers() throws Exception {
        Files.writeString(folder.resolve("V1__orders.sql"), "CREATE TABLE orders (id int);");
        copy("V1__reprise.sql", "V2__reprise_1.sql");
        copy("V2__reprise.sql", "V3__reprise_2.sql");

        assertThatOrdersAreSafe("--spring.flyway.enabled=true", "--spring.flyway.locations=filesystem:" + folder);
    }

    private void copy(String script, String name) throws IOException {
        try (InputStream source = Objects.requireNonNull(getClass().getResourceAsStream(SCRIPTS + script), script)) {
            Files.copy(source, folder.resolve(name));
        }
    }

    @Test
    void liquibase_runs_the_scripts_by_sql_file() throws Exception {
        assertThatOrdersAreSafe(
                "--spring.liquibase.enabled=true", "--spring.liquibase.change-log=classpath:/db/with-reprise.xml");
    }
}
