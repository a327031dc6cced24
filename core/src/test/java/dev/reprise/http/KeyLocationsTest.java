package dev.reprise.http;

import static dev.reprise.http.RequestExample.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** S3: keys in other places, with the ones that well-known APIs use. */
class KeyLocationsTest extends ChoreographyFixture {
    private static final Response CREATED = new Response(201, Headers.EMPTY, Body.EMPTY);
    private static final String FORM = "application/x-www-form-urlencoded";

    private void assertExecutedOnce(Route route, RequestExample request, String body) {
        HttpIdempotency idempotency = over(route);
        run(idempotency, request, body).answered(CREATED);

        assertThat(respond(begin(idempotency, request, body)).headers().first("Idempotent-Replayed"))
                .contains("true");
    }

    @Test
    void paypal_has_a_header_of_its_own_S3() {
        Route route = Route.of("/v2/payments").withKeyLocations(KeyLocation.header("PayPal-Request-Id"));

        assertExecutedOnce(route, post("/v2/payments", "PayPal-Request-Id", "k"), "{}");
        assertThat(over(route).admit(post("/v2/payments", "Idempotency-Key", "k")))
                .isInstanceOf(Next.PassThrough.class);
    }

    @Test
    void square_has_a_member_of_the_json_body_S3() {
        Route route =
                Route.of("/v2/payments").withKeyLocations(new KeyLocation(KeyLocation.Place.JSON, "/idempotency_key"));

        assertExecutedOnce(
                route,
                post("/v2/payments", "Content-Type", "application/json"),
                "{\"idempotency_key\":\"7b0f3ec5\",\"amount_money\":{\"amount\":1000}}");
    }

    @Test
    void ec2_has_a_parameter_of_the_query_or_of_the_form_S3() {
        Route route = Route.of("/")
                .withKeyLocations(
                        new KeyLocation(KeyLocation.Place.QUERY, "ClientToken"),
                        new KeyLocation(KeyLocation.Place.FORM, "ClientToken"));

        assertExecutedOnce(route, post("/").withQuery("Action=RunInstances&ClientToken=550e8400%2De29b"), "");
        assertExecutedOnce(route, post("/", "Content-Type", FORM), "Action=RunInstances&ClientToken=other+token");
    }

    @Test
    void aip155_has_a_request_id_in_the_body_or_in_the_query_S3() {
        Route route = Route.of("/v1/books")
                .withKeyLocations(
                        new KeyLocation(KeyLocation.Place.JSON, "/requestId"),
                        new KeyLocation(KeyLocation.Place.QUERY, "requestId"));

        assertExecutedOnce(
                route,
                post("/v1/books", "Content-Type", "application/json; charset=utf-8"),
                "{\"requestId\":\"123e4567\",\"book\":{}}");
        assertExecutedOnce(route, post("/v1/books").withQuery("requestId=89ab"), "{}");
    }

    @Test
    void azure_has_two_headers_of_oasis_S3() {
        assertExecutedOnce(
                Route.of("/emails").withProfile(Profile.OASIS),
                post(
                        "/emails",
                        "Repeatability-Request-ID",
                        "4227cdc5-9f48-4e84-921a-10967cb785a0",
                        "Repeatability-First-Sent",
                        "Tue, 01 Dec 2026 08:49:30 GMT"),
                "{}");
    }

    private static final Route SEVERAL = Route.of("/a")
            .withKeyLocations(
                    KeyLocation.header("Idempotency-Key"),
                    new KeyLocation(KeyLocation.Place.QUERY, "key"),
                    new KeyLocation(KeyLocation.Place.JSON, "/key"));

    @Test
    void two_places_that_agree_are_one_key_and_two_that_disagree_are_refused_S3() {
        RequestExample request = post("/a", "Idempotency-Key", "k", "Content-Type", "application/json");

        assertExecutedOnce(SEVERAL, request.withQuery("key=k"), "{\"key\":\"k\"}");
        assertProblem(respond(over(SEVERAL).admit(request.withQuery("key=x"))), ProblemType.INVALID_KEY);
        assertProblem(respond(begin(over(SEVERAL), request, "{\"key\":\"x\"}")), ProblemType.INVALID_KEY);
        assertProblem(respond(over(SEVERAL).admit(request.withQuery("key=k&key=k"))), ProblemType.INVALID_KEY);
        assertProblem(respond(over(SEVERAL).admit(request.withQuery("key="))), ProblemType.INVALID_KEY);
    }

    @Test
    void a_body_without_a_key_runs_unprotected_or_is_refused_where_one_is_required_S4() {
        RequestExample request = post("/a", "Content-Type", "application/json");

        HttpExecution unprotected = run(over(SEVERAL), request, "{}");
        Response answer = unprotected.answered(CREATED.withHeaders(Headers.of("Set-Cookie", "s=1")));

        assertThat(unprotected.execution()).isEmpty();
        assertThat(answer.headers().first("Set-Cookie")).contains("s=1");
        assertThat(answer.headers().first(HttpNames.RETENTION)).isEmpty();
        assertThat(run(over(SEVERAL), request, "{}").lost(502, "gone").status()).isEqualTo(502);
        Response refused = respond(begin(over(SEVERAL.withKeyRequired(true)), request, "{}"));
        assertProblem(refused, ProblemType.MISSING_KEY);
        assertThat(text(refused))
                .contains("the header Idempotency-Key or the query parameter key or the member /key of the JSON body");
    }

    @Test
    void bodies_of_other_media_types_are_not_searched_S3() {
        assertThat(over(SEVERAL).admit(post("/a", "Content-Type", "text/plain")))
                .isInstanceOf(Next.PassThrough.class);
        assertThat(over(SEVERAL).admit(post("/a", "Content-Type", FORM))).isInstanceOf(Next.PassThrough.class);
        assertThat(over(SEVERAL).admit(post("/a", "Content-Type", "application/vnd.x+json")))
                .isInstanceOf(Next.ReadBody.class);
    }

    @ParameterizedTest
    @CsvSource({"HEADER,''", "QUERY,''", "FORM,''", "JSON,''", "JSON,idempotency_key"})
    void a_place_without_a_proper_name_is_refused(KeyLocation.Place place, String name) {
        assertThatThrownBy(() -> new KeyLocation(place, name)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=1&b=2|b|2",
                "b=%41+c|b|A c",
                "%62=x|b|x",
                "b|b|''",
                "b=%zz|b|%zz",
                "a=b=c|a|b=c",
                "%c3%a4=1|\u00e4|1"
            })
    void fields_are_decoded(String encoded, String name, String expected) {
        assertThat(FormFields.all(encoded, name)).containsExactly(expected);
        assertThat(FormFields.all(encoded, "absent")).isEmpty();
    }
}
