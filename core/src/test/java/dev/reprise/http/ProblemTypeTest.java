package dev.reprise.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** S24. */
class ProblemTypeTest {
    private static String body(Response response) {
        return new String(response.body().bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void is_a_problem_document() {
        Response response = ProblemType.IN_PROGRESS.refusal("Come back later").document();

        assertThat(response.status()).isEqualTo(409);
        assertThat(response.headers().first("Content-Type")).contains("application/problem+json");
        assertThat(body(response))
                .isEqualTo("{\"type\":\"https://reprise.dev/problems/in-progress\","
                        + "\"title\":\"The operation is in progress\",\"status\":409,\"detail\":\"Come back later\","
                        + "\"message\":\"Come back later\",\"error\":{\"type\":\"idempotency_error\",\"code\":\"in_progress\","
                        + "\"message\":\"Come back later\",\"errors\":[]}}\n");
    }

    @Test
    void texts_are_escaped() {
        assertThat(body(ProblemType.INVALID_KEY
                        .refusal("a \"quote\", a \\ and a \n")
                        .document()))
                .contains("\"detail\":\"a \\\"quote\\\", a \\\\ and a \\n\"");
    }

    @Test
    void retry_after_is_at_least_a_second_and_rounded_up() {
        assertThat(ProblemType.IN_PROGRESS
                        .refusal("")
                        .withRetryAfter(Duration.ofMillis(1))
                        .document()
                        .headers()
                        .first("Retry-After"))
                .contains("1");
        assertThat(ProblemType.IN_PROGRESS
                        .refusal("")
                        .withRetryAfter(Duration.ofMillis(1001))
                        .document()
                        .headers()
                        .first("Retry-After"))
                .contains("2");
        assertThat(ProblemType.IN_PROGRESS
                        .refusal("")
                        .withRetryAfter(Duration.ZERO)
                        .document()
                        .headers()
                        .first("Retry-After"))
                .isEmpty();
    }

    @Test
    void each_case_has_a_type_of_its_own() {
        assertThat(Arrays.stream(ProblemType.values()).map(ProblemType::type))
                .doesNotHaveDuplicates()
                .allMatch(type -> type.startsWith("https://reprise.dev/problems/"));
    }
}
