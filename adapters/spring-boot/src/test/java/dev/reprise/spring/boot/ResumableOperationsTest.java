package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reprise.Answer;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationType;
import dev.reprise.Scope;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.resumable.ResumableExecution;
import dev.reprise.resumable.ResumablePolicy;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Operations of several steps that are beans. */
class ResumableOperationsTest {
    record Ride(String to, int people) {}

    record Ticket(String ride, String charge) {}

    static class Provider {
        final List<String> keys = new CopyOnWriteArrayList<>();
        volatile boolean down;

        String charge(String key) throws IOException {
            keys.add(key);
            if (down) {
                throw new IOException("The provider is down");
            }
            return "charge-1";
        }
    }

    @RestController
    static class Rides {
        private final Resumable<Ride, Ticket, Connection> bookRide;

        Rides(Resumable<Ride, Ticket, Connection> bookRide) {
            this.bookRide = bookRide;
        }

        @Idempotent(guarantee = Idempotent.Guarantee.RESUMABLE)
        @PostMapping("/rides")
        void book(@RequestBody Ride ride, ResumableExecution execution) {
            execution.run(bookRide, ride);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Rides.class, Provider.class})
    static class Application {
        @Bean
        Resumable<Ride, Ticket, Connection> bookRide(JdbcTemplate jdbc, Provider provider, Codecs codecs) {
            return Resumable.<Ride, Ticket, Connection>returning(
                            new OperationType("book-ride", 1),
                            codecs.of(Ride.class),
                            codecs.of(Ticket.class),
                            (ride, steps) -> {
                                steps.local(
                                        "create", connection -> jdbc.update("INSERT INTO ride VALUES (?)", ride.to()));
                                String charge = steps.remote("charge", String.class, provider::charge);
                                return new Ticket(ride.to(), charge);
                            })
                    .with(ResumablePolicy.DEFAULT.withAttempts(100, Duration.ofMillis(10), Duration.ofMillis(50)));
        }
    }

    private static Booted start() {
        Booted application = Booted.start(Application.class);
        application.jdbc().execute("CREATE TABLE ride (destination VARCHAR(20))");
        return application;
    }

    @Test
    void a_request_runs_it_and_a_retry_gets_its_answer_P11() throws Exception {
        try (Booted application = start()) {
            HttpResponse<String> first = application.post("/rides", "k", "{\"to\":\"Moon\",\"people\":2}");
            HttpResponse<String> retry = application.post("/rides", "k", "{\"to\":\"Moon\",\"people\":2}");

            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(first.body()).isEqualTo("{\"ride\":\"Moon\",\"charge\":\"charge-1\"}");
            assertThat(retry.body()).isEqualTo(first.body());
            assertThat(Booted.isReplay(retry)).isTrue();
            assertThat(application.rows("ride")).isOne();
            assertThat(application.bean(Provider.class).keys).hasSize(1);
        }
    }

    @Test
    void what_fails_behind_a_finished_step_is_gone_on_with_in_the_background_P7() throws Exception {
        try (Booted application = start()) {
            Provider provider = application.bean(Provider.class);
            provider.down = true;
            String body = "{\"to\":\"Mars\",\"people\":1}";

            assertThat(application.post("/rides", "k", body).statusCode()).isEqualTo(409);
            provider.down = false;

            // Nobody asks again: the node goes on by itself, until the record is a finished one.
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> Integer.valueOf(2)
                            .equals(application
                                    .jdbc()
                                    .queryForObject("SELECT state FROM reprise_operation", Integer.class)));
            assertThat(Booted.isReplay(application.post("/rides", "k", body))).isTrue();
            assertThat(application.rows("ride")).isOne();
            assertThat(provider.keys).hasSizeGreaterThan(1).containsOnly(provider.keys.get(0));
        }
    }

    @Test
    void other_beans_run_it_by_the_engine_P1() {
        try (Booted application = start()) {
            @SuppressWarnings("unchecked")
            ResumableEngine<Connection> engine = application.bean(ResumableEngine.class);
            @SuppressWarnings("unchecked")
            Resumable<Ride, Ticket, Connection> bookRide = application.bean(Resumable.class);
            OperationId id = new OperationId(new Scope("messages", "rides"), new IdempotencyKey("m-1"));

            Answer first = engine.run(id, bookRide, new Ride("Moon", 1), Duration.ofSeconds(10));
            Answer again = engine.run(id, bookRide, new Ride("Moon", 1), Duration.ofSeconds(10));

            assertThat(bookRide.result(first)).contains(new Ticket("Moon", "charge-1"));
            assertThat(again).isInstanceOf(Answer.Replay.class);
            assertThat(application.rows("ride")).isOne();
            assertThat(application.rows("reprise_operation")).isOne();
        }
    }

    @Test
    void an_endpoint_without_an_operation_to_run_fails_the_start() {
        assertThatThrownBy(() -> Booted.start(NoOperation.class))
                .hasMessageContaining("NoOperation$Lost.book")
                .hasMessageContaining("no bean of Resumable");
    }

    @Test
    void an_endpoint_whose_members_would_be_recorded_against_the_settings_fails_the_start_S18() {
        assertThatThrownBy(() -> Booted.start(Application.class, "--reprise.unrecorded-members=/charge"))
                .hasMessageContaining("Rides.book")
                .hasMessageContaining("reprise.unrecorded-members");
    }

    @Test
    void an_endpoint_that_takes_no_execution_and_so_runs_nothing_fails_the_start() {
        assertThatThrownBy(() -> Booted.start(NoExecution.class))
                .hasMessageContaining("Forgetful.book")
                .hasMessageContaining("no parameter of the type ResumableExecution");
    }

    @Configuration(proxyBeanMethods = false)
    @Import({NoExecution.Forgetful.class, Application.class})
    static class NoExecution {
        @RestController
        static class Forgetful {
            @Idempotent(guarantee = Idempotent.Guarantee.RESUMABLE)
            @PostMapping("/forgotten")
            void book() {}
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(NoOperation.Lost.class)
    static class NoOperation {
        @RestController
        static class Lost {
            @Idempotent(guarantee = Idempotent.Guarantee.RESUMABLE)
            @PostMapping("/rides")
            void book(ResumableExecution execution) {
                throw new IllegalStateException("It cannot run " + execution.id());
            }
        }
    }
}
