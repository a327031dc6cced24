package dev.reprise.http;

import static dev.reprise.http.RequestExample.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Headers;
import dev.reprise.Response;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What routes promise, for programs (S23). */
class PolicyDocumentTest extends ChoreographyFixture {
    private static final HttpNames NAMES = new HttpNames(
            "Idempotency-Key",
            "Idempotent-Replayed",
            "https://doc.example/keys",
            "/.well-known/idempotency",
            "Key-Status");
    private static final Route ORDERS = Route.of("/orders/**")
            .withProfile(Profile.STRIPE)
            .withScope(RequestPart.PATH, RequestPart.json("/account"))
            .withFingerprints(Fingerprinting.ofAllButFields("/sent"))
            .withDerivedKeys(new DerivedKeys(List.of(RequestPart.json("/item")), Duration.ofSeconds(10)));

    private HttpIdempotency named(Route... routes) {
        return new HttpIdempotency(engine, List.of(routes), NAMES, Cors.NONE);
    }

    @Test
    void is_read_at_its_path() {
        Response document =
                respond(named(ORDERS, Route.of("/open").withMethods(Set.of())).admit(get("/.well-known/idempotency")));

        assertThat(document.headers().first("Content-Type")).contains("application/json");
        assertThat(text(document)).isEqualTo("""
                        {"version":1,"replay_field":"Idempotent-Replayed","retention_field":"Idempotency-Retention",\
                        "documentation":"https://doc.example/keys","routes":[\
                        {"path":"/orders/**","methods":["PATCH","POST"],"profile":"stripe",\
                        "key":{"required":false,"max_length":255,"sources":["header:Idempotency-Key"],\
                        "derived":{"from":["json:/item"],"window_seconds":10}},\
                        "scope":["principal","path","json:/account"],\
                        "compared":{"head":["method","path","query","media-type"],"body":"all-but-fields",\
                        "fields":["/sent"],"headers":[]},"retention_seconds":86400,\
                        "in_flight":{"behaviour":"wait","max_wait_seconds":20},\
                        "duplicates":"replay","uncertain":"unknown",\
                        "not_recorded":["401","403","405","408","413","415","421","425","429","503 with Retry-After"],\
                        "outcome_unknown":[],"max_request_body":1048576,"max_response_body":1048576}]}
                        """);
        assertThat(JsonReader.read(document.body().bytes())).isPresent();
    }

    private static RequestExample get(String path) {
        return post(path).withMethod("GET");
    }

    @Test
    void is_nowhere_unless_it_is_asked_for() {
        assertThat(over(ORDERS).admit(get("/.well-known/idempotency"))).isInstanceOf(Next.PassThrough.class);
        assertThatThrownBy(() -> new HttpNames("a", "b", "c", "policy", null)).hasMessageContaining("at a path");
    }

    @Test
    void is_linked_by_the_refusal_of_a_request_without_a_key_S4() {
        Response refused =
                respond(named(Route.of("/orders").withKeyRequired(true)).admit(post("/orders")));

        assertThat(refused.headers().first("Link"))
                .contains("<https://doc.example/keys>; rel=\"describedby\", "
                        + "</.well-known/idempotency>; rel=\"describedby\"; type=\"application/json\"");
    }

    @Test
    void an_ignored_key_is_said_where_that_is_asked_for() {
        assertThat(named(ORDERS).keyIgnored()).isEqualTo(Headers.of("Key-Status", "ignored"));
        assertThat(over(ORDERS).keyIgnored()).isEqualTo(Headers.EMPTY);
    }
}
