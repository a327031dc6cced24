package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** JPA writes at the commit, which is behind the handler: the record commits with what it writes, or not at all (S21). */
@ExtendWith(SharedServers.class)
class JpaEndpointTest {
    private Booted seats;

    @Entity(name = "Seat")
    @Table(name = "seats")
    static class Seat {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "seats_seq")
        @SequenceGenerator(name = "seats_seq", sequenceName = "seats_seq")
        private long id;

        private int place;

        protected Seat() {}

        Seat(int place) {
            this.place = place;
        }

        @Override
        public String toString() {
            return id + ": " + place;
        }
    }

    @Service
    static class SeatService {
        private final EntityManager entities;

        SeatService(EntityManager entities) {
            this.entities = entities;
        }

        @Transactional
        Seat take(int place) {
            Seat seat = new Seat(place);
            entities.persist(seat);
            return seat;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EntityScan(basePackageClasses = Seat.class)
    @Import({SeatService.class, Controller.class})
    static class Application {}

    @RestController
    static class Controller {
        private final SeatService seats;

        Controller(SeatService seats) {
            this.seats = seats;
        }

        @Idempotent
        @PostMapping("/seats/{place}")
        @ResponseStatus(HttpStatus.CREATED)
        String take(@PathVariable int place) {
            return "seat " + seats.take(place);
        }
    }

    @BeforeEach
    void start(PostgresServer server) {
        seats = Seats.start(server, Application.class, Booted.WITH_JPA);
    }

    @AfterEach
    void stop() {
        seats.close();
    }

    @Test
    void what_an_entity_manager_writes_commits_with_the_record_S7() throws Exception {
        HttpResponse<String> first = seats.post("/seats/1", "k", "");
        HttpResponse<String> retry = seats.post("/seats/1", "k", "");

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(retry.body()).isEqualTo(first.body());
        assertThat(Booted.isReplay(retry)).isTrue();
        assertThat(seats.rows("seats")).isEqualTo(2);
    }

    @Test
    void a_violation_that_shows_at_the_commit_is_never_a_success_and_leaves_no_record_S15() throws Exception {
        for (int attempt = 1; attempt <= 2; attempt++) {
            HttpResponse<String> refused = seats.post("/seats/7", "k", "");
            assertThat(refused.statusCode()).isEqualTo(500);
            assertThat(refused.body()).contains("not-finished");
            assertThat(Booted.isReplay(refused)).isFalse();
            assertThat(seats.rows("seats")).isOne();
            assertThat(seats.rows("reprise_operation")).isZero();
        }
    }
}
