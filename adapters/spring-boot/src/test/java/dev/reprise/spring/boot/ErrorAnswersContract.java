package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Errors that Spring makes, as Boot shows them: what the first caller reads is what is recorded, and never an empty body (S7).
 * With Boot's JSON, and with problem details.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ErrorAnswersContract {
    private final boolean problemDetails;
    private final Booted shop;
    private String key = "";

    ErrorAnswersContract(boolean problemDetails) {
        this.problemDetails = problemDetails;
        shop = Booted.start(Shop.class, "--spring.mvc.problemdetails.enabled=" + problemDetails);
    }

    @BeforeEach
    void newKey() {
        key = UUID.randomUUID().toString();
    }

    @AfterAll
    void stop() {
        shop.close();
    }

    private void isRecordedAsShown(String body) throws Exception {
        int before = shop.bean(Shop.Controller.class).calls();
        HttpResponse<String> first = shop.post("/orders", key, body);
        HttpResponse<String> retry = shop.post("/orders", key, body);

        assertThat(first.statusCode()).isEqualTo(400);
        assertThat(first.headers().firstValue("Content-Type"))
                .as(first.body() + first.headers())
                .hasValue(problemDetails ? "application/problem+json" : "application/json");
        assertThat(first.body()).contains("\"status\":400");
        assertThat(Booted.isReplay(first)).isFalse();
        assertThat(retry.statusCode()).isEqualTo(400);
        assertThat(Booted.isReplay(retry)).isTrue();
        assertThat(retry.body()).isEqualTo(first.body());
        assertThat(shop.bean(Shop.Controller.class).calls()).isEqualTo(before);
    }

    @Test
    void json_that_cannot_be_read_is_400_with_a_body_for_the_first_caller_and_for_a_retry_S7() throws Exception {
        isRecordedAsShown("{\"sku\":");
    }

    @Test
    void an_order_that_is_not_valid_is_400_with_a_body_for_the_first_caller_and_for_a_retry_S7() throws Exception {
        isRecordedAsShown("{\"sku\":\"\",\"quantity\":0}");
    }

    @Test
    void a_media_type_that_nobody_reads_is_refused_and_the_key_is_free_S14() throws Exception {
        HttpResponse<String> refused = shop.send(shop.request("/orders")
                .setHeader("Content-Type", "text/csv")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString("tea,1")));

        assertThat(refused.statusCode()).isEqualTo(415);
        assertThat(shop.post("/orders", key, "{\"sku\":\"tea\",\"quantity\":1}").statusCode())
                .isEqualTo(201);
    }

    @Test
    void a_method_that_is_not_mapped_is_405_and_the_key_is_free_S14() throws Exception {
        HttpResponse<String> refused =
                shop.send(shop.request("/orders").header("Idempotency-Key", key).PUT(BodyPublishers.ofString("{}")));

        assertThat(refused.statusCode()).isEqualTo(405);
        assertThat(refused.body()).contains("\"status\":405");
        assertThat(shop.rows("reprise_operation WHERE idempotency_key = '" + key + "'"))
                .isZero();
    }

    @Test
    void a_path_that_nothing_is_at_is_404_and_nothing_is_recorded_S14() throws Exception {
        assertThat(shop.post("/nothing", key, "{}").statusCode()).isEqualTo(404);
        assertThat(shop.rows("reprise_operation WHERE idempotency_key = '" + key + "'"))
                .isZero();
    }
}
