package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

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

    MockMvcTest(@Autowired MockMvcTester mvc, @Autowired JdbcTemplate jdbc) {
        this.mvc = mvc;
        this.jdbc = jdbc;
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
        MvcTestResult first = order("k");
        MvcTestResult retry = order("k");

        assertThat(first).hasStatus(201).doesNotContainHeader("Idempotent-Replayed");
        assertThat(retry).hasStatus(201).hasHeader("Idempotent-Replayed", "true");
        assertThat(retry.getResponse().getContentAsString())
                .isEqualTo(first.getResponse().getContentAsString())
                .contains("tea");
        assertThat(jdbc.queryForList("SELECT * FROM orders")).hasSize(2);
    }

    @Test
    void an_order_without_a_key_is_refused_S4() {
        assertThat(mvc.post().uri("/orders").contentType("application/json").content("{}"))
                .hasStatus(400);
    }
}
