package dev.reprise.http;

import static dev.reprise.http.RequestExample.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** S6. */
class IssuedKeysTest extends ChoreographyFixture {
    private static final byte[] OLD = "an old secret of at least 32 bytes".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NEW = "a new secret of no less than 32 bytes".getBytes(StandardCharsets.UTF_8);
    private static final Duration VALIDITY = Duration.ofHours(1);
    private static final Response CREATED = new Response(201, Headers.EMPTY, Body.EMPTY);

    private static Route charges(byte[]... secrets) {
        return Route.of("/v1/charges")
                .withIssuedKeys(new IssuedKeys("/v1/charges/keys", new KeyIssuer(List.of(secrets), VALIDITY)));
    }

    private static Route refunds(byte[] secret) {
        return Route.of("/v1/refunds")
                .withIssuedKeys(new IssuedKeys("/v1/refunds/keys", new KeyIssuer(List.of(secret), VALIDITY)));
    }

    private static RequestExample charge(String key) {
        return post("/v1/charges", "Idempotency-Key", key);
    }

    private static String issue(HttpIdempotency idempotency) {
        Response response = respond(begin(idempotency, post("/v1/charges/keys"), ""));
        assertThat(response.status()).isEqualTo(201);
        return text(response).replaceAll(".*\"idempotency_key\":\"([^\"]+)\".*\\s*", "$1");
    }

    private static void assertRefused(HttpIdempotency idempotency, RequestExample request) {
        Response refused = respond(begin(idempotency, request, ""));
        assertProblem(refused, ProblemType.INVALID_KEY);
    }

    @Test
    void an_issued_key_is_executed_once_and_replayed_S6() {
        HttpIdempotency idempotency = over(charges(OLD));
        String key = issue(idempotency);

        run(idempotency, charge(key), "").answered(CREATED);

        assertThat(respond(begin(idempotency, charge(key), "")).headers().first("Idempotent-Replayed"))
                .contains("true");
        assertThat(key).hasSize(76).isNotEqualTo(issue(idempotency));
    }

    @Test
    void a_key_is_of_one_route_and_one_caller_wherever_their_names_are_parted_S6() {
        KeyIssuer issuer = new KeyIssuer(List.of(NEW), VALIDITY);
        String key = issuer.issue("/v1/a", "lice", Instant.EPOCH);

        assertThat(issuer.isValid(key, "/v1/a", "lice", Instant.EPOCH)).isTrue();
        assertThat(issuer.isValid(key, "/v1/", "alice", Instant.EPOCH)).isFalse();
        assertThat(issuer.isValid(key, "/v1/al", "ice", Instant.EPOCH)).isFalse();
    }

    @Test
    void the_answer_says_when_the_key_expires_and_is_not_cached_S6() {
        Response response = respond(begin(over(charges(OLD)), post("/v1/charges/keys"), ""));

        assertThat(text(response)).contains("\"expires_at\":\"2026-12-01T09:49:37Z\"");
        assertThat(response.headers().first("Cache-Control")).contains("no-store");
        assertThat(text(response))
                .contains("\"" + response.headers().first("Idempotency-Key").orElseThrow() + "\"");
    }

    @Test
    void a_key_that_nobody_issued_is_refused_S6() {
        HttpIdempotency idempotency = over(charges(OLD));
        String key = issue(idempotency);

        assertRefused(idempotency, charge("k"));
        assertRefused(idempotency, charge(key.substring(1)));
        assertRefused(idempotency, charge(key + "A"));
        assertRefused(idempotency, charge("A".repeat(76)));
        assertRefused(idempotency, charge("!".repeat(76)));
        assertThat(text(respond(begin(idempotency, charge("k"), "")))).contains("POST /v1/charges/keys");
    }

    @Test
    void each_character_of_a_key_is_signed_S6() {
        HttpIdempotency idempotency = over(charges(OLD));
        String key = issue(idempotency);

        for (int i = 0; i < key.length(); i++) {
            char other = key.charAt(i) == 'A' ? 'B' : 'A';
            assertRefused(idempotency, charge(key.substring(0, i) + other + key.substring(i + 1)));
        }
    }

    @Test
    void a_key_is_good_for_one_caller_and_one_operation_S6() {
        HttpIdempotency idempotency = over(charges(OLD), refunds(OLD));
        String key = issue(idempotency);

        assertRefused(idempotency, charge(key).withPrincipal("bob"));
        assertRefused(idempotency, post("/v1/refunds", "Idempotency-Key", key));
        run(idempotency, charge(key), "").answered(CREATED);
    }

    @Test
    void a_key_expires_S6() {
        HttpIdempotency idempotency = over(charges(OLD));
        String key = issue(idempotency);
        String late = issue(idempotency);

        now = now.plus(VALIDITY).minusMillis(1);
        run(idempotency, charge(key), "").answered(CREATED);
        now = now.plusMillis(1);

        assertRefused(idempotency, charge(late));
        assertRefused(idempotency, charge(key));
    }

    @Test
    void secrets_rotate_while_two_are_active_S6() {
        String before = issue(over(charges(OLD)));
        HttpIdempotency rotating = over(charges(NEW, OLD));
        String during = issue(rotating);
        HttpIdempotency after = over(charges(NEW));

        run(rotating, charge(before), "").answered(CREATED);
        run(rotating, charge(issue(rotating)), "").answered(CREATED);
        assertRefused(after, charge(before));
        run(after, charge(during), "").answered(CREATED);
    }

    @Test
    void other_requests_to_the_issuing_endpoint_pass_through_S6() {
        HttpIdempotency idempotency = over(charges(OLD));

        assertThat(idempotency.admit(post("/v1/charges/keys").withMethod("GET")))
                .isInstanceOf(Next.PassThrough.class);
        assertThat(idempotency.admit(post("/v1/charges/keys/more"))).isInstanceOf(Next.PassThrough.class);
    }

    @Test
    void a_missing_key_is_refused_with_where_to_get_one_S4() {
        Response refused = respond(over(charges(OLD).withKeyRequired(true)).admit(post("/v1/charges")));

        assertProblem(refused, ProblemType.MISSING_KEY);
        assertThat(text(refused)).contains("POST /v1/charges/keys");
    }

    @Test
    void settings_that_would_not_protect_are_refused() {
        assertThatThrownBy(() -> new KeyIssuer(List.of(new byte[31]), VALIDITY)).hasMessageContaining("31 bytes");
        assertThatThrownBy(() -> new KeyIssuer(List.of(), VALIDITY)).hasMessageContaining("0 secrets");
        assertThatThrownBy(() -> new KeyIssuer(List.of(OLD, NEW, OLD), VALIDITY))
                .hasMessageContaining("3 secrets");
        assertThatThrownBy(() -> new KeyIssuer(List.of(OLD), Duration.ZERO)).hasMessageContaining("validity");
        KeyIssuer lasting = new KeyIssuer(List.of(OLD), Duration.ofHours(25));
        assertThatThrownBy(() -> Route.of("/a").withIssuedKeys(new IssuedKeys("/keys", lasting)))
                .hasMessageContaining("executed twice");
        assertThatThrownBy(() -> new IssuedKeys("keys", lasting)).hasMessageContaining("/v1/keys");
    }
}
