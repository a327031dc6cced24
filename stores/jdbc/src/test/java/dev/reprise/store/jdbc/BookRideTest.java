package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.OperationId;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of {@code docs/resumable.md} does what is said there. */
class BookRideTest {
    @TempDir
    private Path folder;

    @Test
    void a_ride_is_booked_and_charged_once_although_the_provider_fails_at_first() {
        List<String> keys = new CopyOnWriteArrayList<>();
        Resumable<String, String, Connection> bookRide = BookRide.type((key, ride) -> {
            keys.add(key);
            if (keys.size() == 1) {
                throw new IOException("connection reset");
            }
            return "charge for " + ride;
        });
        try (HikariDataSource pool = Databases.sqlite(folder)) {
            Shop shop = Shop.in(pool);
            JdbcResumableStore store = JdbcResumableStore.open(pool, TableName.DEFAULT);
            try (ResumableEngine<Connection> engine = ResumableEngine.over(JdbcTransactions.of(pool), store)
                    .register(bookRide)
                    .build()) {
                OperationId id = Journey.id("ride-1");

                Answer answer = engine.run(id, bookRide, "to the airport", Duration.ofSeconds(60));

                assertThat(bookRide.result(answer)).contains("charge for to the airport");
                assertThat(keys).hasSize(2).containsOnly(keys.getFirst());
                assertThat(shop.orders("to the airport")).isEqualTo(1);
                assertThat(shop.orders("receipt for charge for to the airport")).isEqualTo(1);
            }
        }
    }

    /** A queue that delivers a message twice is a retry like any other. */
    @Test
    void a_message_that_is_delivered_twice_acts_once() {
        List<String> keys = new CopyOnWriteArrayList<>();
        Resumable<String, String, Connection> bookRide = BookRide.type((key, ride) -> {
            keys.add(key);
            return "charge for " + ride;
        });
        try (HikariDataSource pool = Databases.sqlite(folder)) {
            Shop shop = Shop.in(pool);
            JdbcResumableStore store = JdbcResumableStore.open(pool, TableName.DEFAULT);
            try (ResumableEngine<Connection> engine = ResumableEngine.over(JdbcTransactions.of(pool), store)
                    .register(bookRide)
                    .build()) {
                for (String message : List.of("message-7", "message-7")) {
                    engine.run(Journey.id(message), bookRide, "to the station", Duration.ofSeconds(60));
                }

                assertThat(keys).hasSize(1);
                assertThat(shop.orders("to the station")).isEqualTo(1);
            }
        }
    }
}
