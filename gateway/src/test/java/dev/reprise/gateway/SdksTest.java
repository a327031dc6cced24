package dev.reprise.gateway;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.TcpFaultProxy;
import dev.reprise.testkit.TcpFaultProxy.Moment;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SDKs of well-known APIs through the recipes of docs/gateway.md, with their own retries; where there is Node. */
class SdksTest {
    /** The SDKs, and the paths that their calls go to. */
    private static final Map<String, String> PATHS = Map.of(
            "stripe", "/v1/charges",
            "stripe-delete", "/v1/customers/cus_7",
            "modern-treasury", "/api/payment_orders",
            "lithic", "/v1/cards",
            "workos", "/organizations",
            "ec2", "/",
            "gocardless", "/payments",
            "mollie", "/mollie/payments",
            "paypal", "/v2/checkout/orders");

    /** Those that repeat a call whose connection broke; the users of the others do it. */
    private static final Set<String> RETRYING =
            Set.of("stripe", "stripe-delete", "modern-treasury", "lithic", "workos", "ec2");

    /**
     * How often each is told of two calls that the outcome is unknown: by the service's 500, by the only retry of it, and at the
     * second call. Those of GoCardless and PayPal do not retry. Stripe's does not know {@code X-Should-Retry}.
     */
    private static final Map<String, Long> UNKNOWN = Map.of(
            "modern-treasury",
            3L,
            "lithic",
            3L,
            "workos",
            3L,
            "ec2",
            3L,
            "mollie",
            3L,
            "gocardless",
            2L,
            "paypal",
            2L,
            "stripe-delete",
            6L);

    @TempDir
    private Path folder;

    private final TestService service = new TestService();
    private final TestService authorization = new TestService();
    private final Map<String, TcpFaultProxy> networks = new ConcurrentHashMap<>();

    @BeforeAll
    static void install() throws Exception {
        NodePrograms.install();
    }

    @AfterEach
    void stop() {
        networks.values().forEach(TcpFaultProxy::close);
        service.close();
        authorization.close();
    }

    /** What the APIs answer, as far as these SDKs read it. */
    private static void create(HttpServerRequest request, Buffer body) {
        String id = "made-at-" + request.path();
        boolean xml = request.path().equals("/");
        request.response()
                .setStatusCode(xml ? 200 : 201)
                .putHeader("Content-Type", xml ? "text/xml" : "application/json")
                .end(
                        xml
                                ? "<RunInstancesResponse><reservationId>" + id
                                        + "</reservationId></RunInstancesResponse>"
                                : "{\"id\":\"%1$s\",\"resource\":\"payment\",\"token\":\"%1$s\",\"payments\":{\"id\":\"%1$s\"},\"domains\":[]}"
                                        .formatted(id));
    }

    /** A gateway with a route for each SDK, as docs/gateway.md has them. */
    private GatewayFixture gateway(String principal, BiConsumer<HttpServerRequest, Buffer> behaviour) {
        service.behave(behaviour);
        authorization.behave(
                (request, body) -> request.response().setStatusCode(204).end());
        GatewayFixture gateway =
                new GatewayFixture(folder, """
                upstream: http://127.0.0.1:%d
                authorization: {url: 'http://127.0.0.1:%d/'}
                principal: {%s: Authorization}
                defaults: {max-wait: 20s}
                routes:
                  - {path: /v1/charges, name: stripe, profile: stripe}
                  - {path: '/v1/customers/{id}', name: stripe-delete, methods: [POST, DELETE]}
                  - {path: /, name: ec2, key-sources: ["query:ClientToken", "form:ClientToken"]}
                  - {path: /organizations, name: workos}
                  - {path: /api/payment_orders, name: modern-treasury}
                  - {path: /v1/cards, name: lithic}
                  - {path: /v2/checkout/orders, name: paypal, key-sources: ["header:PayPal-Request-Id"]}
                  - {path: /payments, name: gocardless}
                  - {path: /mollie/payments, name: mollie}
                """.formatted(service.port(), authorization.port(), principal));
        PATHS.keySet().forEach(sdk -> networks.put(sdk, new TcpFaultProxy(gateway.port())));
        return gateway;
    }

    private TcpFaultProxy network(String sdk) {
        return requireNonNull(networks.get(sdk));
    }

    /** What the users of all SDKs see, who all call at the same time. */
    private Map<String, String> call(String amounts) throws Exception {
        return call(amounts, PATHS.keySet());
    }

    private Map<String, String> call(String amounts, Set<String> sdks) throws Exception {
        Stream<String> places =
                sdks.stream().map(sdk -> sdk + "=" + network(sdk).port());
        return NodePrograms.run(
                        "calls.mjs", Stream.concat(Stream.of(amounts), places).toList())
                .stream()
                .map(line -> line.split(" \\| ", 2))
                .collect(toMap(parts -> parts[0], parts -> parts[1]));
    }

    private static <T> Map<String, T> forAll(Function<String, T> text) {
        return PATHS.keySet().stream().collect(toMap(Function.identity(), text));
    }

    private static String answered(String sdk) {
        return (RETRYING.contains(sdk) ? "" : "second call: ") + "made-at-" + PATHS.get(sdk);
    }

    /** How many requests of each path reached the service. */
    private List<String> effects() {
        return service.received().stream().map(TestService.Received::uri).toList();
    }

    @Test
    void an_answer_that_is_lost_is_replayed_to_the_retry_S7() throws Exception {
        try (GatewayFixture gateway = gateway("signer", SdksTest::create)) {
            networks.values().forEach(network -> network.cutAt(" HTTP/1.1", Moment.BEFORE_RESPONSE));

            assertThat(call("7")).isEqualTo(forAll(SdksTest::answered));
            assertThat(times(gateway, "replayed")).isEqualTo(forAll(sdk -> 1L));
            assertThat(networks.values()).noneMatch(TcpFaultProxy::isArmed);
            assertThat(effects()).containsExactlyInAnyOrderElementsOf(PATHS.values());
        }
    }

    @Test
    void a_retry_waits_for_the_attempt_whose_connection_broke_while_the_service_works_S8() throws Exception {
        BiConsumer<HttpServerRequest, Buffer> slow = service.slowly(1_500, SdksTest::create);
        try (GatewayFixture gateway = gateway("signer", (request, body) -> {
            PATHS.keySet().stream()
                    .filter(sdk -> request.path().equals(PATHS.get(sdk)))
                    .forEach(sdk -> network(sdk).cutAll());
            slow.accept(request, body);
        })) {
            assertThat(call("7")).isEqualTo(forAll(SdksTest::answered));
            assertThat(times(gateway, "replayed")).isEqualTo(forAll(sdk -> 1L));
            assertThat(effects()).containsExactlyInAnyOrderElementsOf(PATHS.values());
        }
    }

    /** How often the gateway has said so to each SDK. */
    private static Map<String, Long> times(GatewayFixture gateway, String event) throws Exception {
        return gateway.metrics()
                .lines()
                .map(Pattern.compile(
                        "reprise_operations_seconds_count\\{event=\"" + event + "\",route=\"(.*)\"} (\\d+).*")::matcher)
                .filter(Matcher::matches)
                .collect(toMap(count -> count.group(1), count -> Long.valueOf(count.group(2))));
    }

    /** What the user of an SDK is told of a refusal. */
    private static String words(String sdk, String words) {
        // AWS's SDK for EC2 understands no error but in its own XML.
        return sdk.equals("ec2") ? "XML parse error" : words;
    }

    @Test
    void another_payload_is_refused_in_words_and_at_once_S9() throws Exception {
        try (GatewayFixture gateway = gateway("signer", SdksTest::create)) {
            Map<String, String> seen = call("7,8");

            assertThat(seen)
                    .hasSize(PATHS.size())
                    .allSatisfy((sdk, text) -> assertThat(text)
                            .startsWith("made-at-" + PATHS.get(sdk) + " | " + (sdk.equals("stripe") ? 400 : 422) + " ")
                            .contains(words(sdk, "belongs to a different request")));
            assertThat(times(gateway, "payload-mismatch")).isEqualTo(forAll(sdk -> 1L));
            assertThat(effects()).containsExactlyInAnyOrderElementsOf(PATHS.values());
        }
    }

    @Test
    void an_unknown_outcome_ends_the_retries_in_words_S15() throws Exception {
        BiConsumer<HttpServerRequest, Buffer> broken = (request, body) -> request.response()
                .setStatusCode(500)
                .putHeader("Content-Type", "application/json")
                .end("{\"error\":{\"type\":\"api_error\",\"message\":\"broken\",\"errors\":[]}}");
        try (GatewayFixture gateway = gateway("signer", broken)) {
            Map<String, String> seen = call("7,7");
            // The service's 500 is the record of a Stripe route, and unknown elsewhere.
            assertThat(seen)
                    .hasSize(PATHS.size())
                    .allSatisfy((sdk, text) ->
                            assertThat(text).contains(words(sdk, sdk.equals("stripe") ? "broken" : "nobody can tell")));
            assertThat(times(gateway, "outcome-unknown")).isEqualTo(UNKNOWN);
            assertThat(effects()).containsExactlyInAnyOrderElementsOf(PATHS.values());
        }
    }

    @Test
    void signatures_make_each_attempt_another_callers_unless_the_signer_counts_S12() throws Exception {
        try (GatewayFixture gateway = gateway("header", SdksTest::create)) {
            network("ec2").cutAt(" HTTP/1.1", Moment.BEFORE_RESPONSE);

            assertThat(call("7", Set.of("ec2"))).containsEntry("ec2", "made-at-/");
            assertThat(effects()).containsExactly("/", "/");
            assertThat(gateway.metrics()).contains("reprise_shared_keys_total 1.0");
        }
    }
}
