package dev.reprise.http;

import static dev.reprise.http.RequestExample.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.http.PathReading.Ambiguity;
import dev.reprise.http.PathReading.Treatment;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S31: a route protects what its service would run, and what may be protected is refused. */
class AmbiguousPathTest extends ChoreographyFixture {
    private static final Route CHARGES = Route.of("/v1/charges").withKeyRequired(true);

    private static RequestExample keyed(String path) {
        return post(path, "Idempotency-Key", "k");
    }

    private void assertRefused(HttpIdempotency idempotency, RequestExample request) {
        assertProblem(respond(idempotency.admit(request)), ProblemType.AMBIGUOUS_PATH);
    }

    private static Next.PassThrough passedThrough(Next next) {
        assertThat(next).isInstanceOf(Next.PassThrough.class);
        return (Next.PassThrough) next;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/%63harges", "/V1/charges", "/v1/charges/", "/v1/%43HARGES/"})
    void another_spelling_is_protected(String path) {
        assertThat(over(CHARGES).admit(keyed(path))).isInstanceOf(Next.ReadBody.class);
        assertProblem(respond(over(CHARGES).admit(post(path))), ProblemType.MISSING_KEY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/./charges",
                "//v1/charges",
                "/v1/charges;x=1",
                "/x/../v1/charges",
                "/v1%2fcharges",
                "/v1\\charges"
            })
    void what_may_be_protected_is_refused_with_a_key_and_without_one(String path) {
        assertRefused(over(CHARGES), keyed(path));
        assertRefused(over(CHARGES), post(path));
    }

    @Test
    void what_certainly_belongs_to_a_route_is_protected_however_strange_it_looks() {
        assertThat(over(Route.of("/**")).admit(keyed("//..;/%2f%00"))).isInstanceOf(Next.ReadBody.class);
        assertThat(over(Route.of("/v1/**")).admit(keyed("/v1/files/a%2Fb"))).isInstanceOf(Next.ReadBody.class);
    }

    @Test
    void what_certainly_belongs_to_no_route_passes_through() {
        assertThat(passedThrough(over(CHARGES).admit(keyed("/files/a%2Fb;x//y")))
                        .route())
                .isNull();
    }

    @Test
    void what_may_belong_to_one_route_or_to_the_next_is_refused() {
        HttpIdempotency both = over(CHARGES, Route.of("/**"));

        assertRefused(both, keyed("/v1/charges;x"));
        assertThat(both.admit(keyed("/v2/charges;x"))).isInstanceOf(Next.ReadBody.class);
        assertRefused(over(CHARGES.withMethods(Set.of()), Route.of("/**")), keyed("/v1/charges;x"));
    }

    @Test
    void methods_that_no_route_in_question_protects_pass_through_by_the_literal_path_S5() {
        Route files = Route.of("/files/{name}");
        HttpIdempotency idempotency = over(CHARGES, files);

        for (String method : List.of("GET", "HEAD", "PUT")) {
            assertThat(passedThrough(idempotency.admit(keyed("/files/a%2Fb").withMethod(method)))
                            .route())
                    .isEqualTo(files);
            assertThat(passedThrough(idempotency.admit(
                                    keyed("/files/../v1/charges").withMethod(method)))
                            .route())
                    .isNull();
        }
    }

    @Test
    void a_route_that_says_how_its_service_reads_paths_protects_them() {
        Route resolved = CHARGES.withReading(PathReading.DEFAULT.with(Ambiguity.DOT_SEGMENTS, Treatment.RESOLVED));
        Route literal = CHARGES.withReading(PathReading.DEFAULT.with(Ambiguity.DOT_SEGMENTS, Treatment.LITERAL));

        assertThat(over(resolved).admit(keyed("/x/../v1/./charges"))).isInstanceOf(Next.ReadBody.class);
        assertThat(over(literal).admit(keyed("/x/../v1/./charges"))).isInstanceOf(Next.PassThrough.class);
    }

    @Test
    void a_container_that_has_resolved_the_path_itself_is_believed() {
        RequestView request = new RequestView() {
            private final RequestExample sent = keyed("/x/..;/v1/%63harges;y");

            @Override
            public String method() {
                return sent.method();
            }

            @Override
            public String path() {
                return sent.path();
            }

            @Override
            public RequestPath dispatchPath() {
                return RequestPath.decoded("/v1/charges");
            }

            @Override
            public String query() {
                return sent.query();
            }

            @Override
            public List<String> header(String name) {
                return sent.header(name);
            }

            @Override
            public String principal() {
                return sent.principal();
            }
        };

        assertThat(over(CHARGES).admit(request)).isInstanceOf(Next.ReadBody.class);
    }

    @Test
    void stripe_says_it_in_its_own_way() {
        assertThat(respond(over(CHARGES.withProfile(Profile.STRIPE)).admit(keyed("/v1//charges"))))
                .satisfies(response -> {
                    assertThat(response.status()).isEqualTo(400);
                    assertThat(text(response)).contains("\"type\":\"invalid_request_error\"", "Send it without");
                });
    }

    @Test
    void keys_are_issued_at_their_endpoint_however_it_is_encoded_S6() {
        KeyIssuer issuer = new KeyIssuer(List.of(new byte[32]), Duration.ofMinutes(1));
        HttpIdempotency idempotency = over(CHARGES.withIssuedKeys(new IssuedKeys("/v1/keys", issuer)));

        assertThat(respond(begin(idempotency, post("/v1/%6Beys"), "")).status()).isEqualTo(201);
    }

    @Test
    void a_key_that_no_route_protects_is_noticed() {
        HttpIdempotency idempotency = over(
                CHARGES.withKeyRequired(false),
                Route.of("/paypal").withKeyLocations(KeyLocation.header("PayPal-Request-Id")),
                Route.of("/off").withMethods(Set.of()));

        for (RequestExample request : List.of(
                keyed("/other"),
                keyed("/off"),
                keyed("/v1/charges").withMethod("PUT"),
                keyed("/v1/charges/1").withMethod("DELETE"),
                post("/other", "PayPal-Request-Id", "k"))) {
            assertThat(passedThrough(idempotency.admit(request)).keyed())
                    .as("%s", request)
                    .isTrue();
        }
        for (RequestExample request :
                List.of(post("/other"), post("/v1/charges"), keyed("/other").withMethod("GET"))) {
            assertThat(passedThrough(idempotency.admit(request)).keyed())
                    .as("%s", request)
                    .isFalse();
        }
    }
}
