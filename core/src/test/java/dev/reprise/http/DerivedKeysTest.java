package dev.reprise.http;

import static dev.reprise.http.RequestExample.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.OperationState.Completed;
import dev.reprise.Response;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys for requests that have none: off by default, and a guess. */
class DerivedKeysTest extends ChoreographyFixture {
    private static final Route ORDERS = Route.of("/orders")
            .withDerivedKeys(new DerivedKeys(
                    List.of(RequestPart.PATH, RequestPart.json("/item"), RequestPart.json("/count")),
                    Duration.ofSeconds(10)));
    private static final Response CREATED = new Response(201, Headers.EMPTY, Body.EMPTY);

    private static RequestExample order(String... headers) {
        Headers.Builder all = Headers.builder().add("Content-Type", "application/json");
        Headers.of(headers).forEach(all::add);
        return new RequestExample("POST", "/orders", "", all.build(), "alice");
    }

    @Test
    void the_same_order_of_the_same_caller_is_executed_once() {
        HttpIdempotency idempotency = over(ORDERS);
        run(idempotency, order(), "{\"item\":\"tea\",\"count\":2,\"sent\":1}").answered(CREATED);

        Response second = respond(begin(idempotency, order(), "{\"count\":2,\"item\":\"tea\",\"sent\":2}"));

        assertThat(second.status()).isEqualTo(201);
        assertThat(second.headers().first("Idempotent-Replayed")).contains("true");
        run(idempotency, order(), "{\"item\":\"tea\",\"count\":3}").answered(CREATED);
        run(idempotency, order().withPrincipal("bob"), "{\"item\":\"tea\",\"count\":2}")
                .answered(CREATED);
    }

    @Test
    void its_record_is_kept_for_the_window_after_its_end_S23() {
        run(over(ORDERS), order(), "{\"item\":\"tea\",\"count\":2}").answered(CREATED);

        Completed completed = (Completed) records().get(0).state();
        assertThat(Duration.between(completed.completedAt(), completed.expiresAt()))
                .isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void a_key_that_the_caller_has_chosen_counts_instead() {
        HttpIdempotency idempotency = over(ORDERS);
        run(idempotency, order(), "{\"item\":\"tea\",\"count\":2}").answered(CREATED);

        run(idempotency, order("Idempotency-Key", "k"), "{\"item\":\"tea\",\"count\":2}")
                .answered(CREATED);
    }

    @Test
    void a_request_without_one_of_the_parts_and_a_caller_whom_nobody_knows_get_no_key() {
        HttpIdempotency idempotency = over(ORDERS);
        RequestExample unknown = order().withPrincipal(RequestView.ANONYMOUS);

        for (int i = 0; i < 2; i++) {
            run(idempotency, order(), "{\"item\":\"tea\"}").answered(CREATED);
            run(idempotency, order(), "tea").answered(CREATED);
            run(idempotency, unknown, "{\"item\":\"tea\",\"count\":2}").answered(CREATED);
        }
        assertThat(records()).isEmpty();
    }

    @Test
    void contradictions_are_refused() {
        assertThatThrownBy(() -> new DerivedKeys(List.of(), Duration.ofSeconds(1)))
                .hasMessageContaining("at least one");
        assertThatThrownBy(() -> new DerivedKeys(List.of(RequestPart.PATH), Duration.ZERO))
                .hasMessageContaining("longer than 0");
        assertThatThrownBy(() -> ORDERS.withKeyRequired(true)).hasMessageContaining("leave one of the two out");
        assertThat(over(ORDERS.withDerivedKeys(null)).admit(post("/orders"))).isInstanceOf(Next.PassThrough.class);
    }
}
