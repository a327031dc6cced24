package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * PostgreSQL, where a failed statement ends a transaction whose commit seems to succeed, under the transaction manager of JDBC and
 * that of JPA.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedServers.class)
abstract class PostgresEndpointContract {
    private final boolean withJpa;
    private Booted seats;
    private String key = "";

    PostgresEndpointContract(boolean withJpa) {
        this.withJpa = withJpa;
    }

    @BeforeAll
    void start(PostgresServer server) {
        seats = withJpa ? Seats.start(server, Seats.class, Booted.WITH_JPA) : Seats.start(server, Seats.class);
    }

    @BeforeEach
    void newKey() {
        key = UUID.randomUUID().toString();
        seats.jdbc().update("DELETE FROM seats WHERE place <> 7");
    }

    @AfterAll
    void stop() {
        seats.close();
    }

    private int records() {
        return seats.rows("reprise_operation WHERE idempotency_key = '" + key + "'");
    }

    private void isRefusedAndNothingIsThere(String path) throws Exception {
        for (int attempt = 1; attempt <= 2; attempt++) {
            HttpResponse<String> answer = seats.post(path, key, "");
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).contains("not-finished");
            assertThat(Booted.isReplay(answer)).isFalse();
            assertThat(seats.rows("seats")).isOne();
            assertThat(records()).isZero();
        }
    }

    @Test
    void the_manager_is_the_one_that_is_meant() {
        assertThat(seats.bean(PlatformTransactionManager.class))
                .isInstanceOf(withJpa ? JpaTransactionManager.class : DataSourceTransactionManager.class);
    }

    @Test
    void work_and_record_commit_together_S7() throws Exception {
        HttpResponse<String> first = seats.post("/seats/1", key, "");
        HttpResponse<String> retry = seats.post("/seats/1", key, "");

        assertThat(first.body()).isEqualTo("taken");
        assertThat(retry.body()).isEqualTo("taken");
        assertThat(Booted.isReplay(retry)).isTrue();
        assertThat(seats.rows("seats")).isEqualTo(2);
    }

    @Test
    void a_success_is_never_sent_if_a_failed_statement_was_hidden_S15() throws Exception {
        isRefusedAndNothingIsThere("/seats/1/and/7");
    }

    @Test
    void a_success_is_never_sent_if_a_statement_at_the_commit_failed_and_was_hidden_S15() throws Exception {
        isRefusedAndNothingIsThere("/seats/1/later/7");
    }

    @Test
    void what_is_done_at_the_commit_commits_with_the_record_S7() throws Exception {
        assertThat(seats.post("/seats/1/later/2", key, "").statusCode()).isEqualTo(200);
        assertThat(seats.rows("seats")).isEqualTo(3);
        assertThat(records()).isOne();
    }
}
