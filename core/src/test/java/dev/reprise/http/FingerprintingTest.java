package dev.reprise.http;

import static dev.reprise.http.RequestExample.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S11: what counts when requests are compared, and what happens when that changes. */
class FingerprintingTest extends ChoreographyFixture {
    private static final Route RAW = Route.of("/v1/charges");
    private static final Route CANONICAL = RAW.withFingerprints(Fingerprinting.CANONICAL_JSON);
    private static final Route FIELDS =
            RAW.withFingerprints(Fingerprinting.ofFields("/amount", "/currency", "/card/number"));
    private static final Response CREATED = new Response(201, Headers.EMPTY, Body.EMPTY);
    private static final String BODY = "{\"amount\":100,\"currency\":\"eur\",\"note\":\"x\"}";

    private static RequestExample charge(String... headers) {
        Headers.Builder all = Headers.builder().add("Idempotency-Key", "k").add("Content-Type", "application/json");
        Headers.of(headers).forEach(all::add);
        return new RequestExample("POST", "/v1/charges", "", all.build(), "alice");
    }

    private void execute(Route route, RequestExample request, String body) {
        run(over(route), request, body).answered(CREATED);
    }

    private void assertReplayed(Route route, RequestExample request, String body) {
        assertThat(respond(begin(over(route), request, body)).status()).isEqualTo(201);
    }

    private void assertMismatch(Route route, RequestExample request, String body) {
        assertProblem(respond(begin(over(route), request, body)), ProblemType.PAYLOAD_MISMATCH);
    }

    @Test
    void canonical_json_overlooks_how_something_is_written_and_nothing_else_S11() {
        execute(CANONICAL, charge(), BODY);

        assertReplayed(CANONICAL, charge(), "{ \"note\" : \"\\u0078\", \"currency\":\"eur\",\n \"amount\": 1.00e2 }");
        assertMismatch(CANONICAL, charge(), "{\"amount\":101,\"currency\":\"eur\",\"note\":\"x\"}");
        assertMismatch(CANONICAL, charge(), "{\"amount\":\"100\",\"currency\":\"eur\",\"note\":\"x\"}");
        assertMismatch(CANONICAL, charge(), "{\"amount\":100,\"currency\":\"eur\",\"note\":\"x\",\"more\":null}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1,\"a\":2}", "{\"amount\":1", ""})
    void a_body_that_is_not_strict_json_counts_with_each_byte_S11(String body) {
        execute(CANONICAL, charge(), body);

        assertReplayed(CANONICAL, charge(), body);
        assertMismatch(CANONICAL, charge(), body + " ");
    }

    @Test
    void selected_fields_are_all_that_counts_of_the_body_S11() {
        execute(FIELDS, charge(), BODY);

        assertReplayed(FIELDS, charge(), "{\"currency\":\"eur\",\"amount\":1e2,\"note\":\"y\",\"sent\":\"later\"}");
        assertMismatch(FIELDS, charge(), "{\"amount\":101,\"currency\":\"eur\"}");
        assertMismatch(FIELDS, charge(), "{\"amount\":100}");
        assertMismatch(FIELDS, charge(), "{\"amount\":100,\"currency\":\"eur\",\"card\":{\"number\":null}}");
    }

    @Test
    void selected_fields_of_a_form_count_with_all_their_values_S11() {
        RequestExample form =
                post("/v1/charges", "Idempotency-Key", "k", "Content-Type", "application/x-www-form-urlencoded");
        execute(FIELDS, form, "amount=100&currency=eur&note=x");

        assertReplayed(FIELDS, form, "note=y&currency=%65ur&amount=100");
        assertMismatch(FIELDS, form, "amount=100&amount=1&currency=eur");
        assertMismatch(FIELDS, form, "amount=100eur");
    }

    @Test
    void selected_fields_of_a_form_differ_where_their_bytes_do_S11() {
        RequestExample form =
                post("/v1/charges", "Idempotency-Key", "k", "Content-Type", "application/x-www-form-urlencoded");
        execute(FIELDS, form, "amount=%fe&currency=eur");

        assertReplayed(FIELDS, form, "amount=%FE&currency=eur");
        assertMismatch(FIELDS, form, "amount=%ff&currency=eur");
    }

    @Test
    void a_body_without_any_of_the_selected_fields_counts_with_each_byte_S11() {
        execute(FIELDS, charge(), "{\"other\":1}");

        assertReplayed(FIELDS, charge(), "{\"other\":1}");
        assertMismatch(FIELDS, charge(), "{\"other\":2}");
    }

    @Test
    void all_but_some_fields_counts_by_its_meaning_S11() {
        Route route = RAW.withFingerprints(Fingerprinting.ofAllButFields("/sent", "/auth/token"));
        execute(route, charge(), "{\"amount\":100,\"sent\":1,\"auth\":{\"kind\":\"a\",\"token\":\"x\"}}");

        assertReplayed(route, charge(), "{\"auth\":{\"token\":\"y\",\"kind\":\"a\"},\"amount\":1e2,\"sent\":2}");
        assertReplayed(route, charge(), "{\"auth\":{\"kind\":\"a\"},\"amount\":100}");
        assertMismatch(route, charge(), "{\"auth\":{\"kind\":\"b\"},\"amount\":100}");
        assertMismatch(route, charge(), "{\"auth\":{\"kind\":\"a\"},\"amount\":100,\"more\":null}");
        assertMismatch(route, charge(), "{\"amount\":100}");
    }

    @Test
    void the_head_counts_as_far_as_the_route_says_S11() {
        Route bodyOnly = RAW.withFingerprints(Fingerprinting.CANONICAL_JSON.withHead(Set.of()));
        Route withoutQuery = RAW.withFingerprints(
                Fingerprinting.RAW.withHead(EnumSet.complementOf(EnumSet.of(Fingerprinting.Head.QUERY))));
        RequestExample asked = charge().withQuery("trace=1");
        execute(bodyOnly, charge(), BODY);

        assertReplayed(bodyOnly, asked, BODY);
        assertMismatch(withoutQuery, asked, BODY);
        // The way of before is still known to a route that names it.
        assertReplayed(
                RAW.withFingerprints(Fingerprinting.RAW, Fingerprinting.CANONICAL_JSON.withHead(Set.of())),
                asked,
                BODY);
    }

    @Test
    void selected_headers_count_S11() {
        Route route = RAW.withFingerprints(Fingerprinting.RAW.withHeaders(List.of("X-Account")));
        execute(route, charge("X-Account", "a"), BODY);

        assertReplayed(route, charge("x-account", "a", "X-Other", "b"), BODY);
        assertMismatch(route, charge("X-Account", "b"), BODY);
        assertMismatch(route, charge(), BODY);
        assertMismatch(route, charge("X-Account", "a", "X-Account", "a"), BODY);
    }

    @Test
    void records_from_before_an_upgrade_are_compared_by_their_own_version_S11() {
        execute(RAW, charge(), BODY);

        assertReplayed(CANONICAL, charge(), BODY);
        assertMismatch(CANONICAL, charge(), BODY + " ");
        assertReplayed(FIELDS, charge(), BODY);
        assertMismatch(FIELDS, charge(), BODY.replace('x', 'y'));
    }

    @Test
    void records_from_before_a_change_of_the_selection_are_compared_by_the_former_one_S11() {
        execute(FIELDS, charge(), BODY);
        Fingerprinting narrower = Fingerprinting.ofFields("/amount");
        String otherNote = BODY.replace('x', 'y');

        assertReplayed(
                RAW.withFingerprints(narrower, Fingerprinting.ofFields("/card/number", "/currency", "/amount")),
                charge(),
                otherNote);
        // Nobody knows any more what counted, so nobody can say that it is the same.
        assertMismatch(RAW.withFingerprints(narrower), charge(), BODY);
    }

    @Test
    void versions_follow_from_what_counts_and_never_change() {
        Fingerprinting fields = Fingerprinting.ofFields("/b", "/a");

        assertThat(Fingerprinting.RAW.version(RequestForm.FIRST)).isEqualTo(1);
        assertThat(Fingerprinting.CANONICAL_JSON.version(RequestForm.FIRST)).isEqualTo(2);
        assertThat(Fingerprinting.RAW.version(RequestForm.SECOND)).isEqualTo(3);
        assertThat(Fingerprinting.CANONICAL_JSON.version(RequestForm.SECOND)).isEqualTo(4);
        assertThat(Fingerprinting.RAW.version(RequestForm.THIRD)).isEqualTo(5);
        assertThat(Fingerprinting.CANONICAL_JSON.version(RequestForm.THIRD)).isEqualTo(6);
        assertThat(fields.version(RequestForm.FIRST))
                .isEqualTo(Fingerprinting.ofFields("/a", "/b", "/a").version(RequestForm.FIRST))
                .isNotEqualTo(Fingerprinting.ofFields("/a").version(RequestForm.FIRST))
                .isEqualTo(1_679_972_427);
        assertThat(fields.version(RequestForm.SECOND)).isEqualTo(1_353_197_637);
        assertThat(fields.withHead(Set.of(Fingerprinting.Head.PATH)).version(RequestForm.SECOND))
                .isNotEqualTo(fields.version(RequestForm.SECOND))
                .isNotEqualTo(fields.withHead(Set.of()).version(RequestForm.SECOND));
        assertThat(Fingerprinting.RAW.withHeaders(List.of("X-A")).version(RequestForm.SECOND))
                .isEqualTo(Fingerprinting.RAW.withHeaders(List.of("x-a")).version(RequestForm.SECOND));
    }

    @Test
    void contradictions_are_refused() {
        assertThatThrownBy(Fingerprinting::ofFields).hasMessageContaining("at least one field");
        assertThatThrownBy(() -> Fingerprinting.ofFields("amount")).hasMessageContaining("/amount");
        assertThatThrownBy(() -> new Fingerprinting(Fingerprinting.Content.RAW, List.of("/a"), List.of(), Set.of()))
                .hasMessageContaining("fields");
        assertThatThrownBy(RAW::withFingerprints).hasMessageContaining("compares nothing");
    }
}
