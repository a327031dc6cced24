package dev.reprise.gateway.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.OperationPolicy;
import dev.reprise.OperationPolicy.Duplicates;
import dev.reprise.OperationPolicy.StoreFailure;
import dev.reprise.OperationPolicy.Uncertain;
import dev.reprise.gateway.config.PathSettings.Difference;
import dev.reprise.http.Cors;
import dev.reprise.http.Effects;
import dev.reprise.http.Fingerprinting;
import dev.reprise.http.Fingerprinting.Content;
import dev.reprise.http.HttpNames;
import dev.reprise.http.KeyLocation;
import dev.reprise.http.KeyLocation.Place;
import dev.reprise.http.PathReading;
import dev.reprise.http.PathReading.Ambiguity;
import dev.reprise.http.PathReading.Treatment;
import dev.reprise.http.Profile;
import dev.reprise.http.Route;
import dev.reprise.http.StatusRange;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Which settings there are, and which count where several are given. */
class GatewaySettingsTest extends SettingsFixture {
    @Nested
    class Every_setting {
        @Test
        void is_read() throws Exception {
            GatewaySettings settings = read("""
                    listen: '[::1]:80'
                    tls: {certificate: a.crt, key: a.key}
                    admin: 9999
                    store: /var/lib/reprise
                    upstream: https://pay.example
                    upstream-tls: {trust: t.crt, certificate: b.crt, key: b.key}
                    principal: {trusted-header: X-User}
                    authorization: {url: 'http://auth:1/check?x=y', timeout: 500ms, principal-header: X-Name}
                    cors: {origins: ['https://a.example', '*'], credentials: false}
                    names: {key: X-Key, replayed: X-Replayed, documentation: 'https://docs.example/keys'}
                    issued-keys: {secrets: [new, old], validity: 10m}
                    trust-forwarded: true
                    limits:
                        {idle-timeout: 1m, caller-timeout: 5s, caller-rate: 10KiB, max-connections: 7, max-streams: 8}
                    drain: 5m
                    defaults: {timeout: 10s}
                    routes:
                      - path: /v1/**
                        service-paths:
                          letter-case: counts
                          trailing-slash: ignored
                          encoded-slash: literal
                          backslash: resolved
                          dot-segments: refused
                          empty-segments: resolved
                          parameters: literal
                          odd-escapes: literal
                        name: first
                        upstream: http://[::1]:9000
                        timeout: 1m
                        methods: [PUT, delete]
                        profile: stripe
                        key-sources: ['header:X-Key', 'query:key', 'form:key', 'json:/a/key']
                        require-key: true
                        issue-keys-at: /keys
                        fingerprint: {body: fields, fields: [/a, /b], headers: [X-Account]}
                        former-fingerprints: [{body: canonical-json}, {}]
                        max-wait: 2s
                        retention: 7d
                        lease: 1h
                        max-run-time: 2h
                        uncertain: rerun
                        reconcile:
                          request: GET /by-key/{key}
                          timeout: 3s
                          grace: 2m
                          principal-header: X-Caller
                        duplicates: reject
                        store-failure: fail-open
                        effects: {none: [4xx, 500-502, 503 with Retry-After], uncertain: [504]}
                        max-request-body: 64KiB
                        max-response-body: 512
                    """);

            RouteSettings route = new RouteSettings(
                    "/v1/**",
                    new PathSettings(
                            Difference.COUNTS,
                            Difference.IGNORED,
                            Treatment.LITERAL,
                            Treatment.RESOLVED,
                            Treatment.REFUSED,
                            Treatment.RESOLVED,
                            Treatment.LITERAL,
                            Treatment.LITERAL),
                    "first",
                    new Origin(false, "::1", 9000),
                    Duration.ofMinutes(1),
                    Set.of("PUT", "DELETE"),
                    Profile.STRIPE,
                    List.of(
                            KeyLocation.header("X-Key"),
                            new KeyLocation(Place.QUERY, "key"),
                            new KeyLocation(Place.FORM, "key"),
                            new KeyLocation(Place.JSON, "/a/key")),
                    true,
                    "/keys",
                    new FingerprintSettings(Content.FIELDS, List.of("/a", "/b"), List.of("X-Account")),
                    List.of(
                            new FingerprintSettings(Content.CANONICAL_JSON, null, null),
                            new FingerprintSettings(null, null, null)),
                    Duration.ofSeconds(2),
                    Duration.ofDays(7),
                    Duration.ofHours(1),
                    Duration.ofHours(2),
                    Uncertain.RERUN,
                    new ReconcileSettings(
                            new ReconcileTarget("/by-key/{key}"),
                            Duration.ofSeconds(3),
                            Duration.ofMinutes(2),
                            "X-Caller",
                            null),
                    Duplicates.REJECT,
                    StoreFailure.FAIL_OPEN,
                    new EffectSettings(
                            List.of(
                                    new StatusRange(400, 499, false),
                                    new StatusRange(500, 502, false),
                                    new StatusRange(503, 503, true)),
                            List.of(new StatusRange(504, 504, false))),
                    new Size(64 * 1024),
                    new Size(512));
            assertThat(settings)
                    .isEqualTo(new GatewaySettings(
                            new Address("::1", 80),
                            new ServerTls(Path.of("a.crt"), Path.of("a.key")),
                            new Address("127.0.0.1", 9999),
                            Path.of("/var/lib/reprise"),
                            null,
                            new Origin(true, "pay.example", 443),
                            new UpstreamTls(Path.of("t.crt"), Path.of("b.crt"), Path.of("b.key")),
                            new PrincipalSource(null, "X-User"),
                            new Authorization(URI.create("http://auth:1/check?x=y"), Duration.ofMillis(500), "X-Name"),
                            new GatewaySettings.CorsSettings(Set.of("https://a.example", "*"), false),
                            new GatewaySettings.NameSettings("X-Key", "X-Replayed", "https://docs.example/keys"),
                            new IssuedKeySettings(List.of(Path.of("new"), Path.of("old")), Duration.ofMinutes(10)),
                            true,
                            new LimitSettings(Duration.ofMinutes(1), Duration.ofSeconds(5), new Size(10_240), 7, 8),
                            Duration.ofMinutes(5),
                            settings.defaults(),
                            List.of(route)));
            assertThat(requireNonNull(settings.defaults()).timeout()).isEqualTo(Duration.ofSeconds(10));
        }

        @Test
        void of_a_route_reaches_the_route() throws Exception {
            GatewayRoute route = complete(
                            "routes:",
                            "  - {path: /v1/**, name: n, methods: [put], require-key: true, max-wait: 2s, retention: 7d,",
                            "     lease: 1h, max-run-time: 2h, uncertain: rerun, duplicates: reject, store-failure: fail-open, timeout: 3s,",
                            "     effects: {none: [402], uncertain: []}, max-request-body: 2, max-response-body: 3,",
                            "     profile: oasis, key-sources: ['query:key'], fingerprint: {body: canonical-json},",
                            "     former-fingerprints: [{body: raw, headers: [X-A]}],",
                            "     service-paths: {letter-case: counts, dot-segments: resolved, parameters: refused}}")
                    .routes()
                    .get(0);

            assertThat(route)
                    .isEqualTo(new GatewayRoute(
                            Route.of("/v1/**")
                                    .withReading(new PathReading(
                                            true, false, Map.of(Ambiguity.DOT_SEGMENTS, Treatment.RESOLVED)))
                                    .withName("n")
                                    .withMethods(Set.of("PUT"))
                                    .withKeyRequired(true)
                                    .withPolicy(OperationPolicy.DEFAULT
                                            .withLease(Duration.ofHours(1))
                                            .withMaxRunTime(Duration.ofHours(2))
                                            .withRetention(Duration.ofDays(7))
                                            .withMaxWait(Duration.ofSeconds(2))
                                            .withUncertain(Uncertain.RERUN)
                                            .withDuplicates(Duplicates.REJECT)
                                            .withStoreFailure(StoreFailure.FAIL_OPEN))
                                    .withProfile(Profile.OASIS)
                                    .withKeySources(new KeyLocation(Place.QUERY, "key"))
                                    .withFingerprints(
                                            Fingerprinting.CANONICAL_JSON,
                                            Fingerprinting.RAW.withHeaders(List.of("X-A")))
                                    .withEffects(Effects.DEFAULT.withNone("402").withUncertain())
                                    .withMaxRequestBody(2)
                                    .withMaxResponseBody(3),
                            new Origin(false, "127.0.0.1", 9000),
                            Duration.ofSeconds(3),
                            null));
        }

        @Test
        void of_asking_what_happened_reaches_the_route_with_its_defaults() throws Exception {
            GatewayRoute usual = complete(
                            "principal: {trusted-header: X-User}",
                            "routes:",
                            "  - path: /v1/**",
                            "    reconcile: GET /by-key/{key}",
                            "    timeout: 20s")
                    .routes()
                    .get(0);

            assertThat(usual.reconciling())
                    .isEqualTo(new Reconciling(
                            new ReconcileTarget("/by-key/{key}"),
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(20),
                            "X-User"));
        }

        @Test
        void of_the_longest_run_time_is_at_least_what_the_timeout_needs() throws Exception {
            assertThat(complete("defaults: {timeout: 2h}")
                            .routes()
                            .get(0)
                            .route()
                            .policy()
                            .maxRunTime())
                    .isGreaterThan(Duration.ofHours(2));
        }

        @Test
        void has_a_default_but_the_service() throws Exception {
            assertThat(complete())
                    .isEqualTo(new GatewayConfig(
                            new Address("127.0.0.1", 8080),
                            null,
                            new Address("127.0.0.1", 8081),
                            new StoreLocation.Folder(Path.of("reprise-data")),
                            new Origin(false, "127.0.0.1", 9000),
                            UpstreamTls.SYSTEM,
                            new PrincipalSource("Authorization", null),
                            null,
                            Cors.NONE,
                            HttpNames.DEFAULT,
                            false,
                            new CallerRules(
                                    Duration.ofSeconds(75), Duration.ofSeconds(20), new Size(1024), 10_000, 100),
                            Duration.ofSeconds(30),
                            List.of(new GatewayRoute(
                                    Route.of("/**"),
                                    new Origin(false, "127.0.0.1", 9000),
                                    Duration.ofSeconds(30),
                                    null))));
        }

        @Test
        void is_in_the_example_of_the_documentation_with_its_default() throws Exception {
            String example = Files.readString(Path.of("../docs/gateway.yaml"));
            GatewaySettings settings = read(example);
            RouteSettings defaults = requireNonNull(settings.defaults());
            Origin upstream = requireNonNull(settings.upstream());

            for (Class<?> type : List.of(
                    GatewaySettings.class,
                    ServerTls.class,
                    UpstreamTls.class,
                    PrincipalSource.class,
                    Authorization.class,
                    GatewaySettings.CorsSettings.class,
                    GatewaySettings.NameSettings.class,
                    IssuedKeySettings.class,
                    DatabaseSettings.class,
                    FingerprintSettings.class,
                    LimitSettings.class,
                    PathSettings.class,
                    EffectSettings.class,
                    ReconcileSettings.class,
                    RouteSettings.class)) {
                for (RecordComponent component : type.getRecordComponents()) {
                    String name = component.getName().replaceAll("([A-Z])", "-$1");
                    assertThat(example).containsPattern("(?mi)^[# -]*" + name + ":");
                }
            }
            assertThat(RouteSettings.ofPath("/**")
                            .orElse(defaults)
                            .orElse(RouteSettings.ofUpstream(upstream))
                            .complete(null, new CallerNames(false, null))
                            .route()
                            .withKeySources())
                    .isEqualTo(RouteSettings.ofPath("/**")
                            .orElse(RouteSettings.ofUpstream(upstream))
                            .complete(null, new CallerNames(false, null))
                            .route());
            assertThat(defaults.keySources()).containsExactly(KeyLocation.header(HttpNames.DEFAULT.key()));
            GatewaySettings usual = new GatewaySettings(
                    settings.listen(),
                    null,
                    settings.admin(),
                    settings.store(),
                    null,
                    upstream,
                    null,
                    settings.principal(),
                    null,
                    null,
                    settings.names(),
                    null,
                    settings.trustForwarded(),
                    settings.limits(),
                    settings.drain(),
                    null,
                    null);
            assertThat(usual.complete())
                    .isEqualTo(GatewaySettings.ofUpstream(upstream).complete());
            assertThat(Authorization.of(URI.create("http://127.0.0.1:9001/authorize"))
                            .timeout())
                    .isEqualTo(requireNonNull(settings.authorization()).timeout());
        }
    }

    @Nested
    class What_was_said_first {
        @Test
        void counts_and_the_rest_is_filled_in() throws Exception {
            GatewaySettings flags = read("""
                    listen: 1
                    principal: {header: X-Token}
                    defaults: {timeout: 1s, require-key: true, service-paths: {letter-case: counts}}
                    limits: {max-streams: 3}
                    """);
            GatewaySettings file = read("""
                    listen: 2
                    admin: 3
                    principal: {trusted-header: X-User}
                    defaults: {timeout: 2s, retention: 2h, service-paths: {letter-case: ignored, parameters: literal}}
                    limits: {max-streams: 4, max-connections: 5}
                    routes: [{path: /a, upstream: 'http://a'}]
                    """);

            GatewaySettings both = flags.orElse(file);

            assertThat(both.listen()).isEqualTo(new Address("127.0.0.1", 1));
            assertThat(both.admin()).isEqualTo(new Address("127.0.0.1", 3));
            assertThat(both.principal()).isEqualTo(new PrincipalSource("X-Token", null));
            assertThat(both.routes()).isEqualTo(file.routes());
            assertThat(both.complete().limits().streams()).isEqualTo(3);
            assertThat(both.complete().limits().connections()).isEqualTo(5);
            Route route = both.complete().routes().get(0).route();
            assertThat(both.complete().routes().get(0).timeout()).isEqualTo(Duration.ofSeconds(1));
            assertThat(route.keyRequired()).isTrue();
            assertThat(route.policy().retention()).isEqualTo(Duration.ofHours(2));
            assertThat(route.reading())
                    .isEqualTo(new PathReading(true, false, Map.of(Ambiguity.PARAMETERS, Treatment.LITERAL)));
        }

        @Test
        void about_a_route_counts_more_than_the_defaults() throws Exception {
            List<GatewayRoute> routes = complete(
                            "defaults: {require-key: true, upstream: 'http://b'}",
                            "routes: [{path: /a, require-key: false, upstream: 'http://a'}, {path: /b}]")
                    .routes();

            assertThat(routes).extracting(route -> route.upstream().host()).containsExactly("a", "b");
            assertThat(routes).extracting(route -> route.route().keyRequired()).containsExactly(false, true);
        }

        @Test
        void by_nobody_is_nothing() throws Exception {
            assertThat(GatewaySettings.NONE.orElse(GatewaySettings.NONE).orElse(GatewaySettings.NONE))
                    .isNotNull();
            assertThat(GatewaySettings.NONE.namesUpstreamOrRoutes()).isFalse();
            assertThat(read("routes: [{path: /a, upstream: 'http://a'}]").namesUpstreamOrRoutes())
                    .isTrue();
        }
    }
}
