package dev.reprise.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the author of wrong settings is told: the place, what is wrong, and what would be right. */
class WrongSettingsTest extends SettingsFixture {
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
                    "move-from: mongodb://x/y | 1: \"mongodb://x/y\" is not",
                    "limits: {idle-timeout: 0s} | 1: limits: idle-timeout has to be longer than 0",
                    "limits: {caller-timeout: 2d} | 1: limits: caller-timeout is at most 24h",
                    "limits: {caller-rate: 0} | 1: limits: caller-rate is at least 1",
                    "limits: {max-connections: 0} | 1: limits: max-connections is at least 1",
                    "limits: {max-streams: -1} | 1: limits: max-streams is at least 1",
                    "drain: [1s] | 1: drain: expected one value here",
                    "# one~defaults:~  timeout: soon | 3: defaults.timeout: \"soon\" is not a time",
                    "defaults: {timeout: 0s} | 1: defaults: timeout has to be longer than 0",
                    "defaults: {timeout: 25h} | 1: defaults: timeout is at most 24h",
                    "defaults: {max-wait: 25h} | 1: defaults: max-wait is at most 24h",
                    "defaults: {scope: [path]} | 1: defaults: scope is without principal, so that one caller could get another one's answer",
                    "defaults: {scope: [principal, 'header:']} | 1: defaults.scope[2]: \"\" cannot be the name of a header field",
                    "defaults: {scope: [principal, tenant]} | 1: defaults.scope[2]: \"tenant\" is none of path, host, header, cookie, json",
                    "defaults: {derived-keys: {from: [path]}} | 1: defaults.derived-keys: derived-keys needs from and window",
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
                    "upstream: http://x/v1 | 1: upstream: \"http://x/…\" has more than scheme, host and port",
                    "upstream: http://x?a | 1: upstream: \"http://x?…\" has more than scheme, host and port",
                    "upstream: http://u:p@x | 1: upstream: \"http://…@x\" has more than scheme, host and port",
                    "upstream: http://x:99999 | 1: upstream: No service has the port 99999",
                    "authorization: {url: nowhere} | 1: authorization.url: \"nowhere\" is not the URL of a service",
                    "authorization: {url: 'http://a b'} | 1: authorization.url: \"http://a b\" is not the URL of a service",
                    "authorization: {timeout: 1s} | 1: authorization: the url of the service is missing",
                    "authorization: {url: 'http://a', timeout: 0} | 1: authorization: timeout has to be longer than 0",
                    "authorization: {url: 'http://a', principal-header: 'a b'} | 1: authorization: \"a b\" cannot be the name of a header field",
                    "defaults: {uncertain: maybe} | 1: defaults.uncertain: \"maybe\" is none of unknown, rerun",
                    "defaults: {duplicates: ignore} | 1: defaults.duplicates: \"ignore\" is none of replay, reject",
                    "defaults: {store-failure: FAIL_OPEN} | 1: defaults.store-failure: \"FAIL_OPEN\" is none of fail-closed, fail-open",
                    "defaults: {effects: {none: [2xx]}} | 1: defaults.effects.none[1]: 200 to 299 are no statuses from 300 to 599",
                    "defaults: {effects: {uncertain: [404-400]}} | 1: defaults.effects.uncertain[1]: 404 to 400 are no statuses",
                    "defaults: {effects: {none: 5xx}} | 1: defaults.effects.none: expected a list here",
                    "defaults: {max-run-time: 0s} | 1: defaults: max-run-time has to be longer than 0",
                    "routes: [{path: /a, reconcile: /b}] | 1: routes[1].reconcile: \"/b\" is not a request; write it as in GET /charges/by-key/{key}",
                    "routes: [{path: /a, reconcile: 'HEAD /b/{key}'}] | 1: routes[1].reconcile: a service is asked by GET, whose answer is what retries get, and not by HEAD",
                    "routes:~  - path: /a~    reconcile: {request: 'POST /b/{key}'} | 3: routes[1].reconcile.request: a service is asked by GET",
                    "routes: [{path: /a, reconcile: 'GET b/{key}'}] | 1: routes[1].reconcile: \"b/{key}\" is not the path of a request",
                    "routes: [{path: /a, reconcile: 'GET http://x/{key}'}] | 1: routes[1].reconcile: \"http://x/{key}\" is not the path of a request",
                    "routes: [{path: /a, reconcile: 'GET /b'}] | 1: routes[1].reconcile: \"/b\" does not say which operation is meant; put {key} into",
                    "routes: [{path: /a, reconcile: 'GET /b/{id}/{key}'}] | 1: routes[1].reconcile: there is no {id} to put into a request; there is {key}",
                    "routes: [{path: /a, reconcile: 'GET /b/c-{key}'}] | 1: routes[1].reconcile: The path pattern /b/c-{key} has the segment c-{key}",
                    "routes: [{path: /a, reconcile: {timeout: 1s}}] | 1: routes[1].reconcile: the request is missing",
                    "routes: [{path: /a, reconcile: {request: 'GET /{key}', timeout: 11s}}] | 1: routes[1].reconcile: timeout is at most 10s",
                    "routes: [{path: /a, reconcile: {request: 'GET /{key}', grace: 25h}}] | 1: routes[1].reconcile: grace is at most 24h",
                    "routes: [{path: /a, reconcile: {request: 'GET /{key}', principal-header: 'a b'}}] | 1: routes[1].reconcile: \"a b\" cannot be the name",
                    "routes: [{path: /a, reconcile: {request: 'GET /{key}', principal-header: a, any-caller: true}}] | 1: routes[1].reconcile: principal-header tells",
                    "defaults: {require-key: perhaps} | 1: defaults.require-key: \"perhaps\" is neither true nor false",
                    "defaults: {profile: aws} | 1: defaults.profile: \"aws\" is none of ietf, stripe, oasis",
                    "defaults: {key-sources: [X-Key]} | 1: defaults.key-sources[1]: \"X-Key\" is not a place of a key; write header:NAME",
                    "defaults: {key-sources: ['cookie:k']} | 1: defaults.key-sources[1]: \"cookie\" is none of header, query, json, form",
                    "defaults: {key-sources: ['header:a b']} | 1: defaults.key-sources[1]: \"a b\" cannot be the name of a header field",
                    "defaults: {key-sources: ['json:key']} | 1: defaults.key-sources[1]: A key in JSON is named by a JSON Pointer",
                    "defaults: {fingerprint: {body: half}} | 1: defaults.fingerprint.body: \"half\" is none of raw, canonical-json, fields",
                    "defaults: {fingerprint: {body: fields}} | 1: defaults.fingerprint: A fingerprint of fields needs at least one field",
                    "defaults: {fingerprint: {fields: [/a]}} | 1: defaults.fingerprint: The fields [/a] count only where",
                    "defaults: {unrecorded-members: [card.number]} | 1: defaults: A member is named by a JSON Pointer, as in /card/number, and not by card.number",
                    "routes: [{path: /a, unrecorded-members: ['']}] | 1: routes[1]: A member is named by a JSON Pointer, as in /card/number, and not by",
                    "defaults: {unrecorded-members: /a} | 1: defaults.unrecorded-members: expected a list here",
                    "webhook: {after: 1m} | 1: webhook: unknown is missing; write who is told",
                    "webhook: {unknown: nowhere} | 1: webhook.unknown: \"nowhere\" is not the URL of a service",
                    "webhook: {unknown: 'htps://u:p@ops.example/secret?s'} | 1: webhook.unknown: \"htps://…@ops.example/…\" is not the URL",
                    "webhook: {unknown: 'https:/ops.example/secret'} | 1: webhook.unknown: \"https:/…\" is not the URL of a service",
                    "webhook: {unknown: 'http://ops.example/a'} | 1: webhook: a receiver on another machine is called by https",
                    "webhook: {unknown: 'https://u:p@ops.example/a'} | 1: webhook: a receiver has a host, and neither user information",
                    "webhook: {unknown: 'https://ops.example', after: 31d} | 1: webhook: after is at most 30d",
                    "webhook: {unknown: 'https://ops.example', retry: 5} | 1: webhook: there is no setting \"retry\" here",
                    "database: {user: a} | 1: database: the url of the database is missing",
                    "database: {url: 'jdbc:oracle:thin:x'} | 1: database: \"jdbc:oracle:thin:x\" is not the URL of a database; write jdbc:postgresql://",
                    "database: {url: 'jdbc:h2:mem:x;PASSWORD=secret'} | 1: database: \"jdbc:h2:mem:x\" is not the URL of a database",
                    "database: {url: 'jdbc:postgresql://x/y', connections: 2} | 1: database: connections is at least 3",
                    "database: {url: 'jdbc:postgresql://x/y', table: 'a b'} | 1: database.table: A table or schema is named by a letter",
                    "issued-keys: {validity: 1h} | 1: issued-keys: secrets is missing; name a file of at least 32 random bytes",
                    "trust-forwarded: 1 | 1: trust-forwarded: \"1\" is neither true nor false",
                    "defaults: {methods: POST} | 1: defaults.methods: expected a list here",
                    "defaults: {methods: [PO ST]} | 1: defaults: \"PO ST\" is not a method",
                    "defaults: {methods: [POST, ]}~routes:~  - | 3: routes[1]: expected a value here",
                    "defaults: {effects: {none: [abc]}} | 1: defaults.effects.none[1]: \"abc\" is no status; write one as in 404, a class as in 4xx",
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
                    "listen: 1~principal:~  header: A~  trusted-header: B | reprise.yaml:2: principal: the principal comes from header, trusted-header or signer; name one of them",
                    "principal: {} | reprise.yaml:1: principal: the principal comes from header",
                    "upstream: http://x~principal: {signer: Authorization} | principal has a signer, who is whoever the caller says; add authorization",
                    "tls:~  certificate: a.crt~admin: 1 | reprise.yaml:1: tls: TLS needs both a certificate and a key",
                    "tls:~  key: a.key | reprise.yaml:1: tls: TLS needs both a certificate and a key",
                    "upstream-tls: {key: a.key} | reprise.yaml:1: upstream-tls: A certificate needs its key, and a key its certificate",
                    "defaults: {path: /a} | reprise.yaml:1: defaults has a path, a name, issue-keys-at or reconcile, which belong to one route each",
                    "defaults: {reconcile: 'GET /{key}'} | reprise.yaml:1: defaults has a path, a name, issue-keys-at or reconcile",
                    "upstream: http://x~routes: [{path: /a, reconcile: 'GET /{key}'}] | In the route /a: reconcile does not tell the service who the caller was, so that one could get the answer of another with the same key; name callers with",
                    "upstream: http://x~authorization: {url: 'http://a', principal-header: X-U}~routes: [{path: /a, reconcile: 'GET /{key}'}] | In the route /a: reconcile does not tell the service who the caller was, so that one could get the answer of another with the same key; say in which field with principal-header",
                    "upstream: http://x~routes: [{path: /a, reconcile: {request: 'GET /{key}', principal-header: X-U}}] | In the route /a: reconcile.principal-header cannot tell who the caller was",
                    "upstream: http://x~principal: {trusted-header: X-U}~routes: [{path: /a, uncertain: rerun, reconcile: 'GET /{key}'}] | In the route /a: reconcile is about outcomes that are unknown, and uncertain: rerun",
                    "upstream: http://x~principal: {trusted-header: X-U}~routes: [{path: /a, reconcile: 'GET /b;c/{key}'}] | In the route /a: reconcile: the path of GET /b;c/{key} can be read in more than one way",
                    "upstream: http://x~defaults: {timeout: 1m, max-run-time: 60s} | In the route /**: max-run-time has to be longer than timeout, which is 60 s",
                    "upstream: http://x~defaults: {replay-body: left-out, max-response-body: 1} | In the route /**: replay-body: left-out records no bodies",
                    "upstream: http://x~defaults: {replay-body: left-out, unrecorded-members: [/a]} | In the route /**: replay-body: left-out records no bodies, so that unrecorded-members has no meaning",
                    "upstream: http://x~defaults: {unrecorded-members: [/a]}~routes: [{path: /a, replay-body: location}] | In the route /a: replay-body: location records no bodies, so that unrecorded-members has no meaning",
                    "defaults: {name: a} | reprise.yaml:1: defaults has a path, a name, issue-keys-at",
                    "store: a~database: {url: 'jdbc:postgresql://x/y'} | reprise.yaml:1: records are in store or in database; name one of them",
                    "defaults: {issue-keys-at: /keys} | reprise.yaml:1: defaults has a path, a name, issue-keys-at",
                    "upstream: http://x~routes: [{path: /a, issue-keys-at: /keys}] | In the route /a: issue-keys-at needs the section issued-keys",
                    "upstream: http://x~issued-keys: {secrets: [no.secret]} | issued-keys.secrets: the file no.secret cannot be read: it is not there",
                    "upstream: http://x~routes: [{path: /a, name: n}, {path: /b, name: n}] | Two routes are named n; names scope keys, so give one of them another name",
                    "upstream: http://x~routes: [{path: /a}, {path: /b, name: /a}] | Two routes are named /a",
                    "upstream: http://x~routes: [{path: /a}, {path: /a}] | The route /a comes after /a, which takes all its requests; put it before",
                    "upstream: http://x~routes: [{path: /V1/a}, {path: /v1/a/}] | The route /v1/a/ comes after /V1/a, which takes all its requests",
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
