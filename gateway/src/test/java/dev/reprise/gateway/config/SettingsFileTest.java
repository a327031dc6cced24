package dev.reprise.gateway.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.reprise.OperationPolicy;
import dev.reprise.OperationPolicy.Duplicates;
import dev.reprise.OperationPolicy.StoreFailure;
import dev.reprise.OperationPolicy.Uncertain;
import dev.reprise.http.Cors;
import dev.reprise.http.HttpNames;
import dev.reprise.http.Route;
import dev.reprise.http.Route.ServerErrors;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gateway is told in its file, and what the author of a wrong one is told. */
class SettingsFileTest {
    @TempDir
    private Path folder;

    private Settings read(String yaml) throws IOException {
        return SettingsFile.read(Files.writeString(folder.resolve("reprise.yaml"), yaml));
    }

    private GatewayConfig complete(String... lines) throws IOException {
        return read("upstream: http://127.0.0.1:9000\n" + String.join("\n", lines))
                .complete();
    }

    /** The whole message, without the folder in front. */
    private String refusal(String yaml) {
        try {
            read(yaml).complete();
        } catch (ConfigException e) {
            String message = String.valueOf(e.getMessage());
            assertThat(message)
                    .doesNotContain("\n")
                    .doesNotContain("java.")
                    .doesNotContain("jackson")
                    .doesNotContain("Exception");
            return message.replace(folder + "/", "");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("This was read without complaint:\n" + yaml);
    }

    @Nested
    class Every_setting {
        @Test
        void is_read() throws Exception {
            Settings settings = read("""
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
                    trust-forwarded: true
                    drain: 5m
                    defaults: {timeout: 10s}
                    routes:
                      - path: /v1/**
                        name: first
                        upstream: http://[::1]:9000
                        timeout: 1m
                        methods: [PUT, delete]
                        require-key: true
                        max-wait: 2s
                        retention: 7d
                        lease: 1h
                        uncertain: rerun
                        duplicates: reject
                        store-failure: fail-open
                        server-errors: no-effect
                        refusals: [402, 503]
                        max-request-body: 64KiB
                        max-response-body: 512
                    """);

            RouteSettings route = new RouteSettings(
                    "/v1/**",
                    "first",
                    new Origin(false, "::1", 9000),
                    Duration.ofMinutes(1),
                    Set.of("PUT", "DELETE"),
                    true,
                    Duration.ofSeconds(2),
                    Duration.ofDays(7),
                    Duration.ofHours(1),
                    Uncertain.RERUN,
                    Duplicates.REJECT,
                    StoreFailure.FAIL_OPEN,
                    ServerErrors.NO_EFFECT,
                    Set.of(402, 503),
                    new Size(64 * 1024),
                    new Size(512));
            assertThat(settings)
                    .isEqualTo(new Settings(
                            new Address("::1", 80),
                            new ServerTls(Path.of("a.crt"), Path.of("a.key")),
                            new Address("127.0.0.1", 9999),
                            StoreLocation.parse("/var/lib/reprise"),
                            new Origin(true, "pay.example", 443),
                            new UpstreamTls(Path.of("t.crt"), Path.of("b.crt"), Path.of("b.key")),
                            new PrincipalSource(null, "X-User"),
                            new Authorization(URI.create("http://auth:1/check?x=y"), Duration.ofMillis(500), "X-Name"),
                            new Settings.CorsSettings(Set.of("https://a.example", "*"), false),
                            new Settings.NameSettings("X-Key", "X-Replayed", "https://docs.example/keys"),
                            true,
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
                            "     lease: 1h, uncertain: rerun, duplicates: reject, store-failure: fail-open, timeout: 3s,",
                            "     server-errors: record, refusals: [402], max-request-body: 2, max-response-body: 3}")
                    .routes()
                    .get(0);

            assertThat(route)
                    .isEqualTo(new GatewayRoute(
                            Route.of("/v1/**")
                                    .withName("n")
                                    .withMethods(Set.of("PUT"))
                                    .withKeyRequired(true)
                                    .withPolicy(new OperationPolicy(
                                            Duration.ofHours(1),
                                            Duration.ofDays(7),
                                            Duration.ofSeconds(2),
                                            Uncertain.RERUN,
                                            Duplicates.REJECT,
                                            StoreFailure.FAIL_OPEN))
                                    .withServerErrors(ServerErrors.RECORD)
                                    .withRefusals(Set.of(402))
                                    .withMaxRequestBody(2)
                                    .withMaxResponseBody(3),
                            new Origin(false, "127.0.0.1", 9000),
                            Duration.ofSeconds(3)));
        }

        @Test
        void has_a_default_but_the_service() throws Exception {
            assertThat(complete())
                    .isEqualTo(new GatewayConfig(
                            new Address("127.0.0.1", 8080),
                            null,
                            new Address("127.0.0.1", 8081),
                            StoreLocation.parse("reprise-data"),
                            new Origin(false, "127.0.0.1", 9000),
                            UpstreamTls.SYSTEM,
                            new PrincipalSource("Authorization", null),
                            null,
                            Cors.NONE,
                            HttpNames.DEFAULT,
                            false,
                            Duration.ofSeconds(30),
                            List.of(new GatewayRoute(
                                    Route.of("/**"), new Origin(false, "127.0.0.1", 9000), Duration.ofSeconds(30)))));
        }

        @Test
        void is_in_the_example_of_the_documentation_with_its_default() throws Exception {
            String example = Files.readString(Path.of("../docs/gateway.yaml"));
            Settings settings = read(example);
            RouteSettings defaults = requireNonNull(settings.defaults());
            Origin upstream = requireNonNull(settings.upstream());

            for (Class<?> type : List.of(
                    Settings.class,
                    ServerTls.class,
                    UpstreamTls.class,
                    PrincipalSource.class,
                    Authorization.class,
                    Settings.CorsSettings.class,
                    Settings.NameSettings.class,
                    RouteSettings.class)) {
                for (RecordComponent component : type.getRecordComponents()) {
                    String name = component.getName().replaceAll("([A-Z])", "-$1");
                    assertThat(example).containsPattern("(?mi)^[# -]*" + name + ":");
                }
            }
            assertThat(RouteSettings.ofPath("/**")
                            .orElse(defaults)
                            .orElse(RouteSettings.ofUpstream(upstream))
                            .complete())
                    .isEqualTo(RouteSettings.ofPath("/**")
                            .orElse(RouteSettings.ofUpstream(upstream))
                            .complete());
            Settings usual = new Settings(
                    settings.listen(),
                    null,
                    settings.admin(),
                    settings.store(),
                    upstream,
                    null,
                    settings.principal(),
                    null,
                    null,
                    settings.names(),
                    settings.trustForwarded(),
                    settings.drain(),
                    null,
                    null);
            assertThat(usual.complete()).isEqualTo(Settings.ofUpstream(upstream).complete());
            assertThat(Authorization.of(URI.create("http://127.0.0.1:9001/authorize"))
                            .timeout())
                    .isEqualTo(requireNonNull(settings.authorization()).timeout());
        }
    }

    @Nested
    class What_was_said_first {
        @Test
        void counts_and_the_rest_is_filled_in() throws Exception {
            Settings flags = read("""
                    listen: 1
                    principal: {header: X-Token}
                    defaults: {timeout: 1s, require-key: true}
                    """);
            Settings file = read("""
                    listen: 2
                    admin: 3
                    principal: {trusted-header: X-User}
                    defaults: {timeout: 2s, retention: 2h}
                    routes: [{path: /a, upstream: 'http://a'}]
                    """);

            Settings both = flags.orElse(file);

            assertThat(both.listen()).isEqualTo(new Address("127.0.0.1", 1));
            assertThat(both.admin()).isEqualTo(new Address("127.0.0.1", 3));
            assertThat(both.principal()).isEqualTo(new PrincipalSource("X-Token", null));
            assertThat(both.routes()).isEqualTo(file.routes());
            Route route = both.complete().routes().get(0).route();
            assertThat(both.complete().routes().get(0).timeout()).isEqualTo(Duration.ofSeconds(1));
            assertThat(route.keyRequired()).isTrue();
            assertThat(route.policy().retention()).isEqualTo(Duration.ofHours(2));
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
            assertThat(Settings.NONE.orElse(Settings.NONE).orElse(Settings.NONE))
                    .isNotNull();
            assertThat(Settings.NONE.namesUpstream()).isFalse();
            assertThat(read("routes: [{path: /a, upstream: 'http://a'}]").namesUpstream())
                    .isTrue();
        }
    }

    @Nested
    class A_file {
        @ParameterizedTest
        @ValueSource(strings = {"", " \n\n", "# nothing yet\n", "---\n", "listen:\nroutes:\ndefaults:\n"})
        void that_says_nothing_is_fine(String yaml) throws Exception {
            assertThat(read(yaml)).isEqualTo(Settings.NONE);
        }

        @Test
        void that_is_not_there_is_named() {
            assertThatThrownBy(() -> SettingsFile.read(folder.resolve("no.yaml")))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("There is no file " + folder.resolve("no.yaml"));
        }

        @Test
        void that_is_a_folder_is_refused() {
            assertThatThrownBy(() -> SettingsFile.read(folder))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("The file " + folder + " cannot be read: Is a directory");
        }

        @Test
        void that_this_user_may_not_read_is_refused() throws Exception {
            Path secret = Files.writeString(folder.resolve("secret.yaml"), "listen: 1");
            assertThat(secret.toFile().setReadable(false)).isTrue();
            assumeFalse(Files.isReadable(secret), "this user may read everything");

            assertThatThrownBy(() -> SettingsFile.read(secret))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("The file " + secret + " cannot be read: this user is not allowed to");
        }

        @Test
        void that_is_not_text_is_refused() throws Exception {
            Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {'a', ':', (byte) 0xff});

            assertThatThrownBy(() -> SettingsFile.read(binary))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("The file " + binary + " cannot be read: it is not text in UTF-8");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "routes:~\t- path: /a | reprise.yaml:2: this is not YAML: while scanning for the next token, found character '\\t(TAB)'",
                    "drain: 1s~listen: \"127~store: x | reprise.yaml:2: this is not YAML: while scanning a quoted scalar, found unexpected end of stream",
                    "routes:~  - path: /a~   name: b | reprise.yaml:2: this is not YAML: while parsing a block collection, expected <block end>",
                    "drain: 1s~methods: [PUT, POST | reprise.yaml:2: this is not YAML: while parsing a flow sequence",
                    "store: a: b | reprise.yaml:1: this is not YAML: mapping values are not allowed here",
                    "listen: 1~admin: 2~listen: 3 | reprise.yaml:3: the setting \"listen\" is there twice",
                    "routes:~  - path: /a~    path: /b | reprise.yaml:3: the setting \"path\" is there twice",
                    "just words | reprise.yaml:1: expected settings here, each as name: value",
                    "- a~- b | reprise.yaml:1: expected settings here, each as name: value",
                })
        void that_is_broken_is_refused_with_the_place(String yaml, String message) {
            assertThat(refusal(yaml.replace('~', '\n'))).startsWith(message);
        }
    }

    @Nested
    class An_unknown_name {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "drain: 1s~upstreem: http://x | 2: there is no setting \"upstreem\" here; did you mean \"upstream\"?",
                    "requireKey: true | 1: there is no setting \"requireKey\" here; there are admin, authorization,",
                    "upstream-tls:~  cert: a | 2: upstream-tls: there is no setting \"cert\" here; did you mean \"certificate\"?",
                    "defaults:~  require_key: true | 2: defaults: there is no setting \"require_key\" here; did you mean \"require-key\"?",
                    "routes:~  - path: /a~  - path: /b~    max-wiat: 1s | 4: routes[2]: there is no setting \"max-wiat\" here; did you mean \"max-wait\"?",
                    "cors: {origin: []} | 1: cors: there is no setting \"origin\" here; did you mean \"origins\"?",
                    "names:~  keys: X | 2: names: there is no setting \"keys\" here; did you mean \"key\"?",
                })
        void is_refused_with_its_line_and_the_nearest_one(String yaml, String message) {
            assertThat(refusal(yaml.replace('~', '\n'))).startsWith("reprise.yaml:" + message);
        }
    }

    @Nested
    class A_wrong_value {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "drain: 30 | 1: drain: \"30\" is not a time below 100 years; write a number and ms, s, m, h or d, as in 30s",
                    "drain: 1.5s | 1: drain: \"1.5s\" is not a time",
                    "drain: 999999999d | 1: drain: \"999999999d\" is not a time",
                    "drain: -1s | 1: drain: \"-1s\" is not a time",
                    "drain: 2d | 1: drain is at most 24h",
                    "drain: [1s] | 1: drain: expected one value here",
                    "# one~defaults:~  timeout: soon | 3: defaults.timeout: \"soon\" is not a time",
                    "defaults: {timeout: 0s} | 1: defaults: timeout has to be longer than 0",
                    "defaults: {timeout: 25h} | 1: defaults: timeout is at most 24h",
                    "defaults: {max-wait: 25h} | 1: defaults: max-wait is at most 24h",
                    "defaults: {lease: 0} | 1: defaults: lease has to be longer than 0",
                    "defaults: {retention: 0m} | 1: defaults: retention has to be longer than 0",
                    "defaults: {max-request-body: 3GB} | 1: defaults.max-request-body: \"3GB\" is not a size below 2 GiB",
                    "defaults: {max-response-body: 2GiB} | 1: defaults.max-response-body: \"2GiB\" is not a size below 2 GiB",
                    "defaults: {max-response-body: -1} | 1: defaults.max-response-body: \"-1\" is not a size below 2 GiB",
                    "listen: here | 1: listen: \"here\" is not an address; write host:port or a port, as in 0.0.0.0:8080",
                    "listen: http://127.0.0.1:80 | 1: listen: \"http://127.0.0.1:80\" is not an address",
                    "listen: '' | 1: listen: \"\" is not an address",
                    "listen: 70000 | 1: listen: There is no port 70000; ports go from 0 to 65535",
                    "listen: ::1:80 | 1: listen: \"::1:80\" is ambiguous; write IPv6 addresses in brackets",
                    "upstream: ftp://x | 1: upstream: \"ftp://x\" is not the address of a service; write it as in http://127.0.0.1:9000",
                    "upstream: localhost:9000 | 1: upstream: \"localhost:9000\" is not the address of a service",
                    "upstream: http://a b | 1: upstream: \"http://a b\" is not a URL",
                    "upstream: http://x/v1 | 1: upstream: \"http://x/v1\" has more than scheme, host and port",
                    "upstream: http://x?a | 1: upstream: \"http://x?a\" has more than scheme, host and port",
                    "upstream: http://u:p@x | 1: upstream: \"http://u:p@x\" has more than scheme, host and port",
                    "upstream: http://x:99999 | 1: upstream: No service has the port 99999",
                    "authorization: {url: nowhere} | 1: authorization.url: \"nowhere\" is not the URL of a service",
                    "authorization: {url: 'http://a b'} | 1: authorization.url: \"http://a b\" is not the URL of a service",
                    "authorization: {timeout: 1s} | 1: authorization: the url of the service is missing",
                    "authorization: {url: 'http://a', timeout: 0} | 1: authorization: timeout has to be longer than 0",
                    "authorization: {url: 'http://a', principal-header: 'a b'} | 1: authorization: \"a b\" cannot be the name of a header field",
                    "defaults: {uncertain: maybe} | 1: defaults.uncertain: \"maybe\" is none of unknown, rerun",
                    "defaults: {duplicates: ignore} | 1: defaults.duplicates: \"ignore\" is none of replay, reject",
                    "defaults: {store-failure: FAIL_OPEN} | 1: defaults.store-failure: \"FAIL_OPEN\" is none of fail-closed, fail-open",
                    "defaults: {server-errors: 500} | 1: defaults.server-errors: \"500\" is none of uncertain, no-effect, record",
                    "defaults: {require-key: perhaps} | 1: defaults.require-key: \"perhaps\" is neither true nor false",
                    "trust-forwarded: 1 | 1: trust-forwarded: \"1\" is neither true nor false",
                    "defaults: {methods: POST} | 1: defaults.methods: expected a list here",
                    "defaults: {methods: [PO ST]} | 1: defaults: \"PO ST\" is not a method",
                    "defaults: {methods: [POST, ]}~routes:~  - | 3: routes[1]: expected a value here",
                    "defaults: {refusals: [abc]} | 1: defaults.refusals[1]: \"abc\" is not a whole number",
                    "defaults: {refusals: [200]} | 1: defaults: refusals are statuses of errors, from 400 to 599, and not 200",
                    "routes: {path: /a} | 1: routes: expected a list here",
                    "routes: [] | 1: routes is empty, which protects nothing; leave it out to protect every path",
                    "routes:~  - path: /a~  - path: v1 | 3: routes[2]: The path pattern v1 has to start with a slash",
                    "routes: [{path: /a/**/b}] | 1: routes[1]: The path pattern /a/**/b has the segment **",
                    "routes: [{path: /a, name: \"a\\tb\"}] | 1: routes[1]: A route must not hold control characters",
                    "tls: a.pem | 1: tls: expected settings here, each as name: value",
                    "principal: {header: 'X User'} | 1: principal: \"X User\" cannot be the name of a header field",
                    "names: {key: 'Idempotency-Key:'} | 1: names: \"Idempotency-Key:\" cannot be the name of a header field",
                    "names: {documentation: 'a b'} | 1: names: Illegal character in path at index 1: a b",
                    "cors: {origins: ['https://a.example/']} | 1: cors: \"https://a.example/\" is not an origin; write it without a path",
                    "cors: {origins: ['*'], credentials: true} | 1: cors: credentials need named origins",
                })
        void is_refused_with_its_line_its_setting_and_what_is_right(String yaml, String message) {
            assertThat(refusal(yaml.replace('~', '\n'))).startsWith("reprise.yaml:" + message);
        }
    }

    @Nested
    class A_contradiction {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "listen: 1~principal:~  header: A~  trusted-header: B | reprise.yaml:2: principal: the principal comes from either header or trusted-header; name one of them",
                    "principal: {} | reprise.yaml:1: principal: the principal comes from either",
                    "tls:~  certificate: a.crt~admin: 1 | reprise.yaml:1: tls: TLS needs both a certificate and a key",
                    "tls:~  key: a.key | reprise.yaml:1: tls: TLS needs both a certificate and a key",
                    "upstream-tls: {key: a.key} | reprise.yaml:1: upstream-tls: A certificate needs its key, and a key its certificate",
                    "defaults: {path: /a} | reprise.yaml:1: defaults has a path or a name, which belong to one route each",
                    "defaults: {name: a} | reprise.yaml:1: defaults has a path or a name",
                    "upstream: http://x~routes: [{path: /a, name: n}, {path: /b, name: n}] | Two routes are named n; names scope keys, so give one of them another name",
                    "upstream: http://x~routes: [{path: /a}, {path: /b, name: /a}] | Two routes are named /a",
                    "upstream: http://x~routes: [{path: /a}, {path: /a}] | The route /a comes after /a, which takes all its requests; put it before",
                    "upstream: http://x~routes: [{path: /v1/**}, {path: '/v1/{id}/x'}] | The route /v1/{id}/x comes after /v1/**",
                    "upstream: http://x~routes: [{path: '/{a}/**'}, {path: '/v1/**'}] | The route /v1/** comes after /{a}/**",
                    "upstream: http://x~routes: [{name: n}] | The route n has no path; write one, as in path: /v1/**",
                    "upstream: http://x~routes: [{retention: 1h}] | A route has no path",
                    "upstream: http://x~defaults: {methods: [GET]} | In the route /**: Route /** protects GET, which is safe to repeat by definition",
                    "drain: 1s | The route /** has no upstream; give it one, or the gateway",
                    "listen: 80~admin: 127.0.0.1:80~upstream: http://x | listen and admin are both 127.0.0.1:80; give each its own port",
                    "upstream: http://x~tls: {certificate: no.crt, key: no.key} | tls.certificate: there is no file no.crt",
                    "upstream: http://x~upstream-tls: {trust: no.crt} | upstream-tls.trust: there is no file no.crt",
                })
        void is_refused(String yaml, String message) {
            assertThat(refusal(yaml.replace('~', '\n'))).startsWith(message);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "/v1/{id} | /v1/**",
                    "/v1/x | /v1/{id}",
                    "/v1/{id}/** | /v1/**",
                    "/v1/x/** | /v1/{id}/**",
                    "/a | /b",
                })
        void is_none_where_a_later_route_gets_what_is_left(String first, String second) throws Exception {
            assertThat(complete("routes: [{path: '" + first + "'}, {path: '" + second + "'}]")
                            .routes())
                    .hasSize(2);
        }
    }
}
