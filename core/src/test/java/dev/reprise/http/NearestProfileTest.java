package dev.reprise.http;

import static dev.reprise.http.RequestExample.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Response;
import org.junit.jupiter.api.Test;

/** Answers to requests that are not protected, which their clients have to understand all the same. */
class NearestProfileTest extends ChoreographyFixture {
    private static final ProblemDetails REFUSAL = ProblemType.UPSTREAM_UNAVAILABLE.refusal("Gone");

    private final HttpIdempotency idempotency =
            over(Route.of("/v1/charges").withProfile(Profile.STRIPE), Route.of("/v2/{tenant}/orders"));

    private String refuse(String path) {
        return text(idempotency.refuse(post(path), REFUSAL));
    }

    @Test
    void the_route_that_shares_most_of_the_path_decides() {
        assertThat(refuse("/v1/charges/ch_1")).startsWith("{\"error\":{\"type\":\"api_error\"");
        assertThat(refuse("/v1/other")).startsWith("{\"error\":");
        assertThat(refuse("/v2/acme/other")).startsWith("{\"type\":\"https://");
    }

    @Test
    void nothing_in_common_is_nearest_to_the_first_route() {
        assertThat(refuse("/favicon.ico")).startsWith("{\"error\":");
        assertThat(text(idempotency.refuseUnread(REFUSAL))).startsWith("{\"error\":");
        assertThat(text(over().refuse(post("/"), REFUSAL))).startsWith("{\"type\":\"https://");
    }

    @Test
    void a_final_refusal_says_that_retrying_is_no_use_S24() {
        Response unknown = ProblemType.OUTCOME_UNKNOWN.refusal("Nobody knows").document();
        Response running = ProblemType.IN_PROGRESS.refusal("Wait").document();

        assertThat(unknown.headers().first("X-Should-Retry")).contains("false");
        assertThat(running.headers().first("X-Should-Retry")).isEmpty();
    }
}
