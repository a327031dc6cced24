package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.store.jdbc.SqlDialect;
import dev.reprise.store.jdbc.TableName;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** A server is looked at beside the start, once, and not before it is initialised; what is in this process is looked at in its turn. */
@ExtendWith(SharedServers.class)
class EarlyLookTest {
    private static final String BESIDE = "reprise-database";

    private final PostgresServer server;

    @TempDir
    private Path folder;

    EarlyLookTest(PostgresServer server) {
        this.server = server;
    }

    /** Knows which threads asked for connections. */
    static class Pool extends DelegatingDataSource {
        private final List<String> threads = new CopyOnWriteArrayList<>();
        private final boolean failsBeside;

        Pool(DataSource source, boolean failsBeside) {
            super(source);
            this.failsBeside = failsBeside;
        }

        @Override
        public Connection getConnection() throws SQLException {
            String thread = Thread.currentThread().getName();
            threads.add(thread);
            if (failsBeside && thread.equals(BESIDE)) {
                throw new SQLException("The network has failed", "08001");
            }
            return super.getConnection();
        }

        List<String> beside() {
            return threads.stream().filter(BESIDE::equals).toList();
        }

        List<String> onTheWay() {
            return threads.stream().filter(name -> !name.equals(BESIDE)).toList();
        }

        List<String> afterwards() {
            return threads.subList(threads.lastIndexOf(BESIDE) + 1, threads.size());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        static BeanPostProcessor pools(Environment environment) {
            return new BeanPostProcessor() {
                @Override
                public @Nullable Object postProcessAfterInitialization(Object bean, String name) {
                    return bean instanceof DataSource source
                            ? new Pool(source, environment.getProperty("fails-beside", Boolean.class, false))
                            : bean;
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    @RestController
    static class Orders {
        @Idempotent
        @PostMapping("/orders")
        String order() {
            return "ordered";
        }
    }

    /** The last connection is that of a transaction which shows that the manager is the database's. */
    private static void assertThatItWasLookedAtBeside(Booted application) {
        Pool pool = application.bean(Pool.class);
        assertThat(pool.beside()).as("which product it is, and the look").hasSize(2);
        assertThat(pool.afterwards()).containsExactly(Thread.currentThread().getName());
    }

    @Test
    void a_server_is_looked_at_beside_the_start() {
        String database = server.newDatabase();
        server.execute(database, SqlDialect.POSTGRESQL.script(TableName.DEFAULT));

        try (Booted application = Booted.start(Orders.class, "--spring.datasource.url=" + server.url(database))) {
            assertThatItWasLookedAtBeside(application);
        }
    }

    @Test
    void a_failure_beside_the_start_counts_only_if_it_happens_again() throws Exception {
        String database = server.newDatabase();
        server.execute(database, SqlDialect.POSTGRESQL.script(TableName.DEFAULT));

        try (Booted application =
                Booted.start(Orders.class, "--spring.datasource.url=" + server.url(database), "--fails-beside=true")) {
            assertThat(application.bean(Pool.class).beside()).hasSize(1);
            assertThat(application.post("/orders", "k", "").statusCode()).isEqualTo(200);
            assertThat(Booted.isReplay(application.post("/orders", "k", ""))).isTrue();
        }
    }

    @Test
    void it_is_looked_at_after_its_migrations() throws Exception {
        for (int version = 1; version <= 2; version++) {
            String script = "V" + version + "__reprise.sql";
            try (InputStream source = Objects.requireNonNull(
                    getClass().getResourceAsStream("/dev/reprise/store/jdbc/postgresql/" + script), script)) {
                Files.copy(source, folder.resolve(script));
            }
        }

        try (Booted application = Booted.start(
                Orders.class,
                "--spring.datasource.url=" + server.url(server.newDatabase()),
                "--spring.flyway.enabled=true",
                "--spring.flyway.locations=filesystem:" + folder)) {
            assertThatItWasLookedAtBeside(application);
        }
    }

    @Test
    void a_database_in_this_process_is_left_to_whoever_initialises_it() {
        try (Booted application = Booted.start(Orders.class)) {
            Pool pool = application.bean(Pool.class);
            assertThat(pool.beside()).as("which product it is").hasSize(1);
            assertThat(pool.onTheWay()).as("the look, and whoever initialises").hasSizeGreaterThan(1);
        }
    }

    @Test
    void nothing_is_looked_at_that_no_endpoint_needs() {
        try (Booted application = Booted.start(Application.class)) {
            assertThat(application.bean(Pool.class).beside()).isEmpty();
        }
    }
}
