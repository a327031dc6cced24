package dev.reprise.http;

import static dev.reprise.http.RequestExample.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.http.RequestPart.Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests a key is for: its caller's at its route, and as much more as the route says. */
class RequestScopeTest extends ChoreographyFixture {
    private static final Route ORDERS = Route.of("/v1/**").withFingerprints(Fingerprinting.RAW.withHead(Set.of()));
    private static final Response CREATED = new Response(201, Headers.EMPTY, Body.EMPTY);

    private static RequestExample order(String path, String... headers) {
        Headers.Builder all = Headers.builder().add("Idempotency-Key", "k").add("Content-Type", "application/json");
        Headers.of(headers).forEach(all::add);
        return new RequestExample("POST", path, "", all.build(), "alice");
    }

    private void assertTwoOperations(
            Route route, RequestExample one, String oneBody, RequestExample other, String body) {
        run(over(route), one, oneBody).answered(CREATED);
        run(over(route), other, body).answered(CREATED);
        assertThat(respond(begin(over(route), one, oneBody)).status()).isEqualTo(201);
        assertThat(respond(begin(over(route), other, body)).status()).isEqualTo(201);
    }

    @Test
    void one_key_on_two_paths_is_one_operation_unless_the_route_says_otherwise() {
        run(over(ORDERS), order("/v1/a"), "{}").answered(CREATED);

        assertThat(respond(begin(over(ORDERS), order("/v1/b"), "{}")).status()).isEqualTo(201);
        run(over(ORDERS.withScope(RequestPart.PATH)), order("/v1/a"), "{}").answered(CREATED);
        run(over(ORDERS.withScope(RequestPart.PATH)), order("/v1/b"), "{}").answered(CREATED);
    }

    @ParameterizedTest
    @CsvSource({
        "HOST,'',Host,a.example,b.example",
        "HEADER,X-Shop,X-Shop,1,2",
        "COOKIE,shop,Cookie,x=0; shop=1,shop=2; x=0"
    })
    void fields_can_be_part_of_the_scope(Place place, String name, String field, String one, String other) {
        assertTwoOperations(
                ORDERS.withScope(new RequestPart(place, name)),
                order("/v1/a", field, one),
                "{}",
                order("/v1/a", field, other),
                "{}");
    }

    @Test
    void a_value_in_the_body_can_be_part_of_the_scope() {
        Route route = ORDERS.withScope(RequestPart.json("/account"));

        assertTwoOperations(
                route, order("/v1/a"), "{\"account\":{\"id\":1}}", order("/v1/a"), "{\"account\":{\"id\":2}}");
        assertTwoOperations(route, order("/v1/a"), "{}", order("/v1/a"), "{\"account\":\"\"}");
    }

    @Test
    void the_same_path_for_the_service_is_the_same_scope() {
        Route route = ORDERS.withScope(RequestPart.PATH);
        run(over(route), order("/v1/a%62"), "{}").answered(CREATED);

        assertThat(respond(begin(over(route), order("/v1/ab/"), "{}")).status()).isEqualTo(201);
        run(over(route), order("/v1/aB"), "{}").answered(CREATED);
        run(over(route.withReading(new PathReading(false, true, Map.of()))), order("/v1/ab/"), "{}")
                .answered(CREATED);
    }

    @Test
    void a_value_behind_a_mark_or_a_coding_is_the_same_value() throws IOException {
        byte[] body = "{\"account\":1}".getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(coded)) {
            gzip.write(body);
        }
        RequestParts parts = new RequestParts(new PathMatcher(ORDERS.pattern(), ORDERS.reading()), 1_000);
        RequestPart account = RequestPart.json("/account");

        assertThat(parts.of(account, order("/v1/a"), body))
                .contains("1")
                .isEqualTo(parts.of(account, order("/v1/a"), "\ufeff{\"account\":1}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(parts.of(account, order("/v1/a", "Content-Encoding", "gzip"), coded.toByteArray()));
    }

    @Test
    void another_caller_is_always_another_scope_S12() {
        Route route = ORDERS.withScope(RequestPart.PATH);
        run(over(route), order("/v1/a"), "{}").answered(CREATED);

        run(over(route), order("/v1/a").withPrincipal("bob"), "{}").answered(CREATED);
    }

    @Test
    void records_show_the_endpoint_and_no_part_of_the_request() {
        run(
                        over(ORDERS.withScope(new RequestPart(Place.COOKIE, "session"))),
                        order("/v1/a", "Cookie", "session=secret"),
                        "{}")
                .answered(CREATED);

        Scope scope = records().get(0).id().scope();
        assertThat(scope.endpoint()).isEqualTo("/v1/**");
        assertThat(scope.route()).startsWith("/v1/**#").doesNotContain("secret");
        assertThat(new Scope("alice", "/v1/#fragment").endpoint()).isEqualTo("/v1/#fragment");
    }

    @Test
    void contradictions_are_refused() {
        assertThatThrownBy(() -> new RequestPart(Place.HEADER, "")).hasMessageContaining("which header");
        assertThatThrownBy(() -> new RequestPart(Place.PATH, "x")).hasMessageContaining("only one path");
        assertThatThrownBy(() -> RequestPart.json("account")).hasMessageContaining("/account/id");
        assertThatThrownBy(() -> ORDERS.withScope(RequestPart.PATH).withAnswersAt("/v1/answers"))
                .hasMessageContaining("leave one of them out");
        assertThat(post("/v1/a").host()).isEmpty();
    }
}
