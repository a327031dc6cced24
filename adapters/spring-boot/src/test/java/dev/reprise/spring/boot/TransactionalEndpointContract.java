package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.testkit.Parallel;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A controller that works through Spring works in the transaction in which its answer is recorded (S21), on both kinds of threads. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TransactionalEndpointContract {
    private static final String ORDER = "{\"sku\":\"tea\",\"quantity\":1}";

    private final boolean virtual;
    private final Booted shop;
    private String key = "";

    TransactionalEndpointContract(boolean virtual) {
        this.virtual = virtual;
        shop = Booted.start(Shop.class, "--spring.threads.virtual.enabled=" + virtual);
    }

    @BeforeEach
    void newKey() {
        key = UUID.randomUUID().toString();
        shop.jdbc().update("DELETE FROM orders");
    }

    /** But for the reaper's, which works beside the requests. */
    @AfterEach
    void every_connection_is_back() {
        await().untilAsserted(() -> assertThat(
                        shop.bean(HikariDataSource.class).getHikariPoolMXBean().getActiveConnections())
                .isZero());
    }

    @AfterAll
    void stop() {
        shop.close();
    }

    private HttpResponse<String> post(String path) throws Exception {
        return shop.post(path, key, ORDER);
    }

    /** The same, and once more with the same key. */
    private void executesAgain(String path, int status) throws Exception {
        int before = shop.bean(Shop.Controller.class).calls();
        HttpResponse<String> again = post(path);
        assertThat(again.statusCode()).isEqualTo(status);
        assertThat(Booted.isReplay(again)).isFalse();
        assertThat(shop.bean(Shop.Controller.class).calls()).isEqualTo(before + 1);
    }

    @Test
    void a_template_and_a_transactional_service_work_once_and_the_replay_is_the_same_byte_for_byte_S7()
            throws Exception {
        HttpResponse<String> first = post("/orders");
        HttpResponse<String> retry = post("/orders");

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(Booted.isReplay(first)).isFalse();
        assertThat(first.body()).contains("10.00");
        assertThat(shop.bean(Shop.Controller.class).wasOnVirtualThread()).isEqualTo(virtual);
        assertThat(Booted.isReplay(retry)).isTrue();
        assertThat(retry.statusCode()).isEqualTo(201);
        assertThat(retry.body()).isEqualTo(first.body());
        for (String field : List.of("Location", "X-Custom", "Content-Type")) {
            assertThat(retry.headers().allValues(field))
                    .isEqualTo(first.headers().allValues(field))
                    .isNotEmpty();
        }
        assertThat(shop.rows("orders WHERE via = 'template'")).isOne();
        assertThat(shop.rows("orders WHERE via = 'service'")).isOne();
        assertThat(shop.rows("reprise_operation WHERE idempotency_key = '" + key + "'"))
                .isOne();
    }

    @Test
    void the_same_key_for_another_order_is_refused_S9() throws Exception {
        post("/orders");

        assertThat(shop.post("/orders", key, ORDER.replace("tea", "milk")).statusCode())
                .isEqualTo(422);
        assertThat(shop.rows("orders WHERE sku = 'milk'")).isZero();
    }

    @Test
    void a_request_without_a_key_is_refused_S4() throws Exception {
        HttpResponse<String> keyless = shop.send(shop.request("/orders").POST(BodyPublishers.ofString(ORDER)));

        assertThat(keyless.statusCode()).isEqualTo(400);
        assertThat(keyless.body()).contains("missing-key");
        assertThat(shop.rows("orders")).isZero();
    }

    @Test
    void a_handler_that_throws_leaves_nothing_and_its_key_is_free_S15() throws Exception {
        HttpResponse<String> failed = post("/orders/crashes");

        assertThat(failed.statusCode()).isEqualTo(500);
        assertThat(failed.body()).contains("\"status\":500");
        assertThat(shop.rows("orders")).isZero();
        executesAgain("/orders/crashes", 500);
    }

    @Test
    void an_answer_of_503_leaves_nothing_S15() throws Exception {
        assertThat(post("/orders/503").statusCode()).isEqualTo(503);
        assertThat(shop.rows("orders")).isZero();
        executesAgain("/orders/503", 503);
    }

    @Test
    void a_conflict_that_an_exception_handler_makes_of_a_rollback_is_sent_and_the_key_is_free_S15() throws Exception {
        HttpResponse<String> refused = post("/orders/throws");

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("tea is sold out");
        assertThat(shop.rows("orders")).isZero();
        executesAgain("/orders/throws", 409);
    }

    @Test
    void a_success_is_never_sent_if_somebody_has_hidden_the_exception_of_an_inner_transaction_S15() throws Exception {
        HttpResponse<String> hidden = post("/orders/hides");

        assertThat(hidden.statusCode()).isEqualTo(500);
        assertThat(hidden.body()).contains("not-finished");
        assertThat(shop.rows("orders")).isZero();
        executesAgain("/orders/hides", 500);
    }

    @Test
    void a_success_is_never_sent_if_the_service_has_marked_the_transaction_S15() throws Exception {
        assertThat(post("/orders/marks").statusCode()).isEqualTo(500);
        assertThat(shop.rows("orders")).isZero();
        executesAgain("/orders/marks", 500);
    }

    @Test
    void what_fails_after_the_commit_does_not_undo_the_answer_S19() throws Exception {
        HttpResponse<String> first = post("/orders/after-commit");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(Booted.isReplay(post("/orders/after-commit"))).isTrue();
        assertThat(shop.rows("orders")).isOne();
    }

    @Test
    void a_new_transaction_escapes_as_the_page_says() throws Exception {
        assertThat(post("/orders/apart").statusCode()).isEqualTo(200);
        assertThat(shop.rows("orders WHERE via = 'apart'")).isOne();
    }

    @Test
    void fifty_duplicates_at_once_order_once_S16() throws Exception {
        List<HttpResponse<String>> answers = Parallel.run(50, () -> post("/orders"));

        assertThat(answers).extracting(HttpResponse::statusCode).isSubsetOf(201, 409);
        assertThat(answers)
                .filteredOn(answer -> answer.statusCode() == 201 && !Booted.isReplay(answer))
                .hasSize(1);
        assertThat(shop.rows("orders WHERE via = 'service'")).isOne();
    }

    @Test
    void more_requests_than_connections_do_not_starve_each_other() throws Exception {
        List<HttpResponse<String>> answers =
                Parallel.run(16, () -> shop.post("/orders", UUID.randomUUID().toString(), ORDER));

        assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(201);
        assertThat(shop.rows("orders WHERE via = 'service'")).isEqualTo(16);
    }

    @Test
    void a_neighbour_without_the_annotation_is_untouched() throws Exception {
        HttpResponse<String> first = post("/orders/special");
        HttpResponse<String> again = post("/orders/special");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(again.body()).isNotEqualTo(first.body());
        assertThat(shop.rows("reprise_operation WHERE idempotency_key = '" + key + "'"))
                .isZero();
    }
}
