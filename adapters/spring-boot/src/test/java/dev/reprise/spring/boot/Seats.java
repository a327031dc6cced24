package dev.reprise.spring.boot;

import dev.reprise.store.jdbc.SqlDialect;
import dev.reprise.store.jdbc.TableName;
import dev.reprise.testkit.PostgresServer;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Seats in PostgreSQL, each taken once. Place 7 is taken. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(Seats.Controller.class)
class Seats {
    static Booted start(PostgresServer server, Class<?> application, String... arguments) {
        String database = server.newDatabase();
        server.execute(
                database,
                SqlDialect.POSTGRESQL.script(TableName.DEFAULT),
                "CREATE TABLE seats (id bigint PRIMARY KEY, place int UNIQUE)",
                "CREATE SEQUENCE seats_seq INCREMENT 50",
                "INSERT INTO seats VALUES (-1, 7)");
        String[] all = new String[arguments.length + 1];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--spring.datasource.url=" + server.url(database);
        return Booted.start(application, all);
    }

    @RestController
    static class Controller {
        private final JdbcTemplate jdbc;

        Controller(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @Idempotent
        @PostMapping("/seats/{place}")
        String take(@PathVariable int place) {
            jdbc.update("INSERT INTO seats VALUES (?, ?)", place, place);
            return "taken";
        }

        /** Takes one seat, tries to take the other, and does not mind that it fails. */
        @Idempotent
        @PostMapping("/seats/{place}/and/{other}")
        String takeBoth(@PathVariable int place, @PathVariable int other) {
            jdbc.update("INSERT INTO seats VALUES (?, ?)", place, place);
            hide(other);
            return "taken";
        }

        private void hide(int other) {
            try {
                jdbc.update("INSERT INTO seats VALUES (?, ?)", other, other);
            } catch (DuplicateKeyException e) {
                // As code does that was written for another database.
                jdbc.getDataSource();
            }
        }

        /** The same at the commit, as listeners do. */
        @Idempotent
        @PostMapping("/seats/{place}/later/{other}")
        String takeLater(@PathVariable int place, @PathVariable int other) {
            jdbc.update("INSERT INTO seats VALUES (?, ?)", place, place);
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void beforeCommit(boolean readOnly) {
                    hide(other);
                }
            });
            return "taken";
        }
    }
}
