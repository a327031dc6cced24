package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Members of answers that no record keeps, whichever guarantee the endpoint has (S18). */
class UnrecordedMembersTest {
    private static final String SECRET = "planted-secret-4242";
    private static final String NUMBER = "planted-number-1881";

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Payments.class)
    static class Application {}

    record Card(String number, int month) {}

    record Payment(String id, String clientSecret, List<Card> cards) {}

    @RestController
    static class Payments {
        @Idempotent
        @PostMapping("/transactional")
        Payment transactional() {
            return payment();
        }

        @Idempotent(guarantee = Idempotent.Guarantee.LEASED)
        @PostMapping("/leased")
        Payment leased() {
            return payment();
        }

        /** Not JSON by its type, so nobody can look for members in it. */
        @Idempotent
        @PostMapping("/text")
        ResponseEntity<String> text() {
            return ResponseEntity.ok().header("Content-Type", "text/plain").body(SECRET + " " + UUID.randomUUID());
        }

        private static Payment payment() {
            return new Payment(
                    UUID.randomUUID().toString(), SECRET, List.of(new Card(NUMBER, 12), new Card(NUMBER, 1)));
        }
    }

    private static Booted application() {
        return Booted.start(Application.class, "--reprise.unrecorded-members=/clientSecret,/cards/*/number");
    }

    /** All that is in the tables, as text. */
    private static String table(Booted application) {
        return application.jdbc().queryForList("SELECT * FROM reprise_operation").stream()
                .flatMap(row -> row.values().stream())
                .map(value -> value instanceof byte[] bytes
                        ? new String(bytes, StandardCharsets.ISO_8859_1)
                        : String.valueOf(value))
                .collect(Collectors.joining("\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/transactional", "/leased"})
    void are_the_first_callers_alone(String path) throws Exception {
        try (Booted application = application()) {
            HttpResponse<String> first = application.post(path, "k", "{}");
            HttpResponse<String> retry = application.post(path, "k", "{}");
            HttpResponse<String> another = application.post(path, "k", "{}");

            assertThat(first.body()).contains(SECRET, NUMBER);
            assertThat(Booted.isReplay(first)).isFalse();
            for (HttpResponse<String> replay : List.of(retry, another)) {
                assertThat(Booted.isReplay(replay)).isTrue();
                assertThat(replay.body())
                        .isEqualTo(first.body().replace(SECRET, "").replace(NUMBER, ""));
                assertThat(replay.headers().firstValue("Idempotent-Members-Omitted"))
                        .hasValue("true");
            }
            assertThat(table(application)).contains("clientSecret").doesNotContain(SECRET, NUMBER);
        }
    }

    @Test
    void take_the_body_with_them_where_it_is_not_json_S21() throws Exception {
        try (Booted application = application()) {
            assertThat(application.post("/text", "k", "{}").body()).contains(SECRET);

            HttpResponse<String> retry = application.post("/text", "k", "{}");

            assertThat(retry.statusCode()).isEqualTo(200);
            assertThat(retry.body()).isEmpty();
            assertThat(retry.headers().firstValue("Idempotent-Body-Omitted")).hasValue("true");
            assertThat(application.rows("reprise_operation")).isOne();
            assertThat(table(application)).doesNotContain(SECRET);
        }
    }
}
