package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.test.web.servlet.client.RestTestClient;

/** Tests of applications see the same without a server. */
@SpringBootTest(
        classes = Shop.class,
        properties = {
            "spring.datasource.url=jdbc:h2:mem:mock-mvc",
            "spring.autoconfigure.exclude=org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,"
                    + Booted.SECURITY
        })
@AutoConfigureMockMvc
class MockMvcTest {
    private final MockMvcTester mvc;
    private final JdbcTemplate jdbc;
    private final MockMvc mockMvc;

    MockMvcTest(@Autowired MockMvcTester mvc, @Autowired JdbcTemplate jdbc, @Autowired MockMvc mockMvc) {
        this.mvc = mvc;
        this.jdbc = jdbc;
        this.mockMvc = mockMvc;
    }

    private MvcTestResult order(String key) {
        return mvc.post()
                .uri("/orders")
                .header("Idempotency-Key", key)
                .contentType("application/json")
                .content("{\"sku\":\"tea\",\"quantity\":1}")
                .exchange();
    }

    @Test
    void an_order_is_executed_once_and_replayed_S7() throws Exception {
        int rows = jdbc.queryForList("SELECT * FROM orders").size();
        MvcTestResult first = order("k");
        MvcTestResult retry = order("k");

        assertThat(first).hasStatus(201).doesNotContainHeader("Idempotent-Replayed");
        assertThat(retry).hasStatus(201).hasHeader("Idempotent-Replayed", "true");
        assertThat(retry.getResponse().getContentAsString())
                .isEqualTo(first.getResponse().getContentAsString())
                .contains("tea");
        assertThat(jdbc.queryForList("SELECT * FROM orders")).hasSize(rows + 2);
    }

    @Test
    void a_rest_test_client_sees_the_replay_S7_S17() {
        RestTestClient client = RestTestClient.bindTo(mockMvc).build();
        for (boolean replayed : List.of(false, true)) {
            RestTestClient.ResponseSpec answer = client.post()
                    .uri("/orders")
                    .header("Idempotency-Key", "rest-test-client")
                    .contentType(MediaType.APPLICATION_JSON)
                    .body("{\"sku\":\"tea\",\"quantity\":1}")
                    .exchange()
                    .expectStatus()
                    .isCreated();
            if (replayed) {
                answer.expectHeader().valueEquals("Idempotent-Replayed", "true");
            } else {
                answer.expectHeader().doesNotExist("Idempotent-Replayed");
            }
        }
    }

    @Test
    void an_order_without_a_key_is_refused_S4() {
        assertThat(mvc.post().uri("/orders").contentType("application/json").content("{}"))
                .hasStatus(400);
    }
}
