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
import dev.reprise.http.Fingerprinting.Head;
import dev.reprise.http.HttpNames;
import dev.reprise.http.KeyLocation;
import dev.reprise.http.KeyLocation.Place;
import dev.reprise.http.PathReading;
import dev.reprise.http.PathReading.Ambiguity;
import dev.reprise.http.PathReading.Treatment;
import dev.reprise.http.Profile;
import dev.reprise.http.RequestPart;
import dev.reprise.http.Route;
import dev.reprise.http.StatusRange;
import java.net.URI;
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
            SettingsSource settings = source("""
                    listen: '[::1]:80'
                    tls: {certificate: a.crt, key: a.key}
                    admin: 9999
                    store: /var/lib/reprise
                    move-from: jdbc:postgresql://db/records
                    encryption: {keys: keys, plain-records: refuse}
                    upstream: https://pay.example
                    upstream-tls: {trust: t.crt, certificate: b.crt, key: b.key}
                    principal: {trusted-header: X-User}
                    authorization: {url: 'http://auth:1/check?x=y', timeout: 500ms, principal-header: X-Name}
                    cors: {origins: ['https://a.example', '*'], credentials: false}
                    names: {key: X-Key, replayed: X-Replayed, documentation: 'https://docs.example/keys', policy-at: /p, ignored: X-I}
                    issued-keys: {secrets: [new, old], validity: 10m}
                    trust-forwarded: true
                    limits:
                        {idle-timeout: 1m, caller-timeout: 5s, caller-rate: 10KiB, max-connections: 7, max-streams: 8}
                    console:
                        {users: u, trusted-header: X-U, trusted-proxies: [10.0.0.1], operators: [o], read-only: true,
                         behind-tls: true, hosts: ['c:1'], audit-file: a.jsonl}
                    webhook: {unknown: 'https://ops.example/u?a=b', authorization-file: w, after: 2m, outbox: w.db}
                    drain: 5m
                    defaults: {timeout: 10s}
                    routes: [{path: /a}]
                    """);

            assertThat(settings).hasNoNullFieldsOrPropertiesExcept("database");
            assertThat(settings.listen).isEqualTo(new Address("::1", 80));
            assertThat(settings.tls).isEqualTo(new ServerTls(Path.of("a.crt"), Path.of("a.key")));
            assertThat(settings.admin).isEqualTo(new Address("127.0.0.1", 9999));
            assertThat(settings.store).isEqualTo(Path.of("/var/lib/reprise"));
            assertThat(settings.encryption)
                    .isEqualTo(new EncryptionSettings(Path.of("keys"), EncryptionSettings.PlainRecords.REFUSE));
            assertThat(settings.moveFrom).isEqualTo("jdbc:postgresql://db/records");
            assertThat(settings.upstream).isEqualTo(new Origin(true, "pay.example", 443));
            assertThat(settings.upstreamTls)
                    .isEqualTo(new UpstreamTls(Path.of("t.crt"), Path.of("b.crt"), Path.of("b.key")));
            assertThat(settings.principal).isEqualTo(new PrincipalSource(null, "X-User", null));
            assertThat(settings.authorization)
                    .isEqualTo(
                            new Authorization(URI.create("http://auth:1/check?x=y"), Duration.ofMillis(500), "X-Name"));
            assertThat(settings.cors).isEqualTo(new CorsSettings(Set.of("https://a.example", "*"), false));
            assertThat(settings.names)
                    .isEqualTo(new NameSettings("X-Key", "X-Replayed", "https://docs.example/keys", "/p", "X-I"));
            assertThat(settings.issuedKeys)
                    .isEqualTo(new IssuedKeySettings(List.of(Path.of("new"), Path.of("old")), Duration.ofMinutes(10)));
            assertThat(settings.trustForwarded).isTrue();
            assertThat(settings.limits)
                    .isEqualTo(new LimitSettings(Duration.ofMinutes(1), Duration.ofSeconds(5), new Size(10_240), 7, 8));
            assertThat(settings.console)
                    .isEqualTo(new ConsoleSection(
                            Path.of("u"),
                            "X-U",
                            Set.of("10.0.0.1"),
                            Set.of("o"),
                            null,
                            true,
                            true,
                            Set.of("c:1"),
                            Path.of("a.jsonl")));
            assertThat(settings.webhook)
                    .isEqualTo(new WebhookSection(
                            URI.create("https://ops.example/u?a=b"),
                            Path.of("w"),
                            Duration.ofMinutes(2),
                            Path.of("w.db")));
            assertThat(settings.drain).isEqualTo(Duration.ofMinutes(5));
            assertThat(requireNonNull(settings.defaults).timeout).isEqualTo(Duration.ofSeconds(10));
            assertThat(requireNonNull(settings.routes)).hasSize(1);
        }

        @Test
        void of_a_route_is_read() throws Exception {
            RouteSettings route = requireNonNull(source("""
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
                        former-fingerprints: [{body: canonical-json}, {head: [path]}]
                        scope: [principal, path, 'header:X-Shop', 'json:/account']
                        derived-keys: {from: [path], window: 10s}
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
                        unrecorded-fields: [X-Token]
                        unrecorded-members: [/client_secret, /cards/*/number]
                        replay-body: location
                    """).routes).get(0);

            assertThat(route).hasNoNullFieldsOrProperties();
            assertThat(route.path).isEqualTo("/v1/**");
            assertThat(route.servicePaths)
                    .isEqualTo(new PathSettings(
                            Difference.COUNTS,
                            Difference.IGNORED,
                            Treatment.LITERAL,
                            Treatment.RESOLVED,
                            Treatment.REFUSED,
                            Treatment.RESOLVED,
                            Treatment.LITERAL,
                            Treatment.LITERAL));
            assertThat(route.name).isEqualTo("first");
            assertThat(route.upstream).isEqualTo(new Origin(false, "::1", 9000));
            assertThat(route.timeout).isEqualTo(Duration.ofMinutes(1));
            assertThat(route.methods).containsExactlyInAnyOrder("PUT", "delete");
            assertThat(route.profile).isEqualTo(Profile.STRIPE);
            assertThat(route.keySources)
                    .containsExactly(
                            KeyLocation.header("X-Key"),
                            new KeyLocation(Place.QUERY, "key"),
                            new KeyLocation(Place.FORM, "key"),
                            new KeyLocation(Place.JSON, "/a/key"));
            assertThat(route.requireKey).isTrue();
            assertThat(route.issueKeysAt).isEqualTo("/keys");
            assertThat(route.fingerprint)
                    .isEqualTo(
                            new FingerprintSettings(Content.FIELDS, List.of("/a", "/b"), List.of("X-Account"), null));
            assertThat(route.formerFingerprints)
                    .containsExactly(
                            new FingerprintSettings(Content.CANONICAL_JSON, null, null, null),
                            new FingerprintSettings(null, null, null, Set.of(Head.PATH)));
            assertThat(route.scope)
                    .extracting(ScopePart::part)
                    .containsExactly(
                            null,
                            RequestPart.PATH,
                            new RequestPart(RequestPart.Place.HEADER, "X-Shop"),
                            RequestPart.json("/account"));
            assertThat(route.derivedKeys)
                    .isEqualTo(new DerivedKeySettings(List.of(RequestPart.PATH), Duration.ofSeconds(10)));
            assertThat(route.maxWait).isEqualTo(Duration.ofSeconds(2));
            assertThat(route.retention).isEqualTo(Duration.ofDays(7));
            assertThat(route.lease).isEqualTo(Duration.ofHours(1));
            assertThat(route.maxRunTime).isEqualTo(Duration.ofHours(2));
            assertThat(route.uncertain).isEqualTo(Uncertain.RERUN);
            assertThat(route.reconcile)
                    .isEqualTo(new ReconcileSettings(
                            new ReconcileTarget("/by-key/{key}"),
                            Duration.ofSeconds(3),
                            Duration.ofMinutes(2),
                            "X-Caller",
                            null));
            assertThat(route.duplicates).isEqualTo(Duplicates.REJECT);
            assertThat(route.storeFailure).isEqualTo(StoreFailure.FAIL_OPEN);
            assertThat(route.effects)
                    .isEqualTo(new EffectSettings(
                            List.of(
                                    new StatusRange(400, 499, false),
                                    new StatusRange(500, 502, false),
                                    new StatusRange(503, 503, true)),
                            List.of(new StatusRange(504, 504, false))));
            assertThat(route.replayBody).isEqualTo(ReplayBody.LOCATION);
            assertThat(route.maxRequestBody).isEqualTo(new Size(64 * 1024));
            assertThat(route.maxResponseBody).isEqualTo(new Size(512));
            assertThat(route.unrecordedFields).containsExactly("X-Token");
            assertThat(route.unrecordedMembers).containsExactlyInAnyOrder("/client_secret", "/cards/*/number");
        }

        @Test
        void of_a_route_reaches_the_route() throws Exception {
            GatewayRoute route = complete(
                            "routes:",
                            "  - {path: /v1/**, name: n, methods: [put], require-key: true, max-wait: 2s, retention: 7d,",
                            "     lease: 1h, max-run-time: 2h, uncertain: rerun, duplicates: reject, store-failure: fail-open, timeout: 3s,",
                            "     effects: {none: [402], uncertain: []}, max-request-body: 2, max-response-body: 3, unrecorded-fields: [X-T],",
                            "     unrecorded-members: [/a/*],",
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
                                    .withKeyLocations(new KeyLocation(Place.QUERY, "key"))
                                    .withFingerprints(
                                            Fingerprinting.CANONICAL_JSON,
                                            Fingerprinting.RAW.withHeaders(List.of("X-A")))
                                    .withEffects(Effects.DEFAULT.withNone("402").withUncertain())
                                    .withMaxRequestBody(2)
                                    .withMaxResponseBody(3)
                                    .withUnrecordedFields(Set.of("x-t"))
                                    .withUnrecordedMembers(Set.of("/a/*")),
                            new Origin(false, "127.0.0.1", 9000),
                            Duration.ofSeconds(3),
                            ReplayBody.RECORDED,
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
                            null,
                            null,
                            new Origin(false, "127.0.0.1", 9000),
                            UpstreamTls.SYSTEM,
                            new PrincipalSource("Authorization", null, null),
                            null,
                            Cors.NONE,
                            HttpNames.DEFAULT,
                            false,
                            new CallerRules(
                                    Duration.ofSeconds(75), Duration.ofSeconds(20), new Size(1024), 10_000, 100),
                            new ConsoleConfig(
                                    ConsoleConfig.Access.SECRET,
                                    null,
                                    null,
                                    null,
                                    false,
                                    false,
                                    Set.of(),
                                    Path.of("reprise-data", "audit.jsonl")),
                            null,
                            Duration.ofSeconds(30),
                            List.of(new GatewayRoute(
                                    Route.of("/**"),
                                    new Origin(false, "127.0.0.1", 9000),
                                    Duration.ofSeconds(30),
                                    ReplayBody.RECORDED,
                                    null))));
        }
    }
}
