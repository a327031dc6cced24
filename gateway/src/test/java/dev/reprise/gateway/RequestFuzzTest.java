package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.jspecify.annotations.Nullable;

/** Whatever bytes a caller sends, nothing is executed that should not be, and the gateway does not fall over. */
class RequestFuzzTest {
    private static final int TRIES = 200;

    /** S1 and S2 once more, as expressions, so that the parser is not compared with itself. */
    private static final String BARE = "[\\x21\\x23-\\x2b\\x2d-\\x3a\\x3c-\\x7e]";

    private static final String STRING = "\"(?:[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\"\\\\])*\"";
    private static final Pattern BARE_KEY = Pattern.compile(BARE + "{1,255}");
    /** RFC 9651, section 3.3; no display string gets as far as an escape here. */
    private static final String VALUE = "(?:-?[0-9]{1,15}|-?[0-9]{1,12}\\.[0-9]{1,3}|" + STRING
            + "|[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*"
            + "|:(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?:"
            + "|\\?[01]|@-?[0-9]{1,15}|%\"[ !#$&-~]*\")";

    private static final Pattern QUOTED_KEY = Pattern.compile(
            "\"(?:[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\"\\\\]){1,255}\"(?:; *[a-z*][a-z0-9_.*-]*(?:=" + VALUE
                    + ")?)*");

    private @Nullable Path folder;
    private @Nullable TestService service;
    private @Nullable GatewayFixture gateway;

    @BeforeProperty
    void start() throws IOException {
        Path created = Files.createTempDirectory("reprise-fuzz");
        TestService started = new TestService();
        folder = created;
        service = started;
        gateway = new GatewayFixture(created, started);
    }

    @AfterProperty
    void stop() throws IOException {
        Objects.requireNonNull(gateway).close();
        service().close();
        try (Stream<Path> files = Files.walk(Objects.requireNonNull(folder))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private TestService service() {
        return Objects.requireNonNull(service);
    }

    private String send(String method, String target, List<String> fields, String body) throws IOException {
        return RawClient.exchange(
                Objects.requireNonNull(gateway).port(),
                method + " " + target + " HTTP/1.1\nHost: x\nConnection: close\nContent-Length: " + body.length() + "\n"
                        + String.join(
                                "", fields.stream().map(field -> field + "\n").toList())
                        + "\n" + body);
    }

    private String post(List<String> keys) throws IOException {
        return send(
                "POST",
                "/payment",
                keys.stream().map(key -> "Idempotency-Key: " + key).toList(),
                "body");
    }

    private static void assertSound(String response) {
        assertThat(response).matches("(?s)HTTP/1\\.[01] [1-4][0-9][0-9] .*").doesNotContain("\tat ", "Exception");
    }

    private static void assertRefused(String response, String fields) {
        assertThat(response)
                .startsWith("HTTP/1.1 400 ")
                .contains(fields.indexOf('\u007f') < 0 ? "/invalid-key\"" : "/malformed-request\"");
    }

    private static boolean isKey(String field) {
        String value = field.replaceAll("^[ \\t]+|[ \\t]+$", "");
        return (value.startsWith("\"") ? QUOTED_KEY : BARE_KEY).matcher(value).matches();
    }

    @Provide
    Arbitrary<String> keyFields() {
        Arbitrary<String> bytes =
                Arbitraries.strings().withCharRange('!', '\u00ff').ofMaxLength(600);
        Arbitrary<String> nearlyKeys =
                Arbitraries.strings().withChars("\"\\;,= \tka*1\u007f\u00e4").ofMaxLength(12);
        Arbitrary<String> longOnes =
                Arbitraries.strings().withChars("k\"\\").ofMinLength(250).ofMaxLength(520);
        return Arbitraries.oneOf(
                bytes,
                nearlyKeys,
                nearlyKeys.map(text -> "\"" + text),
                nearlyKeys.map(text -> "\"k\"" + text),
                longOnes,
                longOnes.map(text -> "\"" + text + "\""));
    }

    @Property(tries = TRIES, shrinking = ShrinkingMode.BOUNDED)
    void a_field_is_executed_only_if_it_is_a_key_S2(@ForAll("keyFields") String field) throws IOException {
        int before = service().received().size();

        String response = post(List.of(field));

        assertSound(response);
        if (isKey(field)) {
            assertThat(response).startsWith("HTTP/1.1 201 ");
        } else {
            assertRefused(response, field);
            assertThat(service().received()).hasSize(before);
        }
    }

    @Property(tries = TRIES / 4, shrinking = ShrinkingMode.BOUNDED)
    void several_fields_are_never_executed_S2(@ForAll("keyFields") String first, @ForAll("keyFields") String second)
            throws IOException {
        String response = post(List.of(first, second));

        assertSound(response);
        assertRefused(response, first + second);
        assertThat(service().received()).isEmpty();
    }

    @Provide
    Arbitrary<String> keys() {
        return Arbitraries.strings().withCharRange(' ', '~').ofMinLength(1).ofMaxLength(255);
    }

    private static String quoted(String key) {
        return "\"" + key.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    @Property(tries = TRIES / 2, shrinking = ShrinkingMode.BOUNDED)
    void a_key_is_executed_once_however_it_is_written_S1(@ForAll("keys") String random) throws IOException {
        // Unique within the property, whatever else was drawn: the number ends at the dot, so no digit drawn can extend
        // it.
        String key = service().received().size() + "." + random.substring(Math.min(random.length(), 10));
        int before = service().received().size();

        String first = post(List.of(quoted(key)));
        String retry = post(List.of("\t" + quoted(key) + ";a=1; b=\"x\"  "));

        assertThat(first).startsWith("HTTP/1.1 201 ").doesNotContainIgnoringCase("idempotent-replayed");
        assertThat(retry).startsWith("HTTP/1.1 201 ").containsIgnoringCase("idempotent-replayed: true");
        if (BARE_KEY.matcher(key).matches()) {
            assertThat(post(List.of(key))).containsIgnoringCase("idempotent-replayed: true");
        }
        assertThat(service().received()).hasSize(before + 1);
    }

    @Provide
    Arbitrary<String> targets() {
        Arbitrary<String> paths =
                Arbitraries.strings().withChars("/a.%2F{}*\\;:@~\u00e4|^`").ofMaxLength(30);
        Arbitrary<String> queries =
                Arbitraries.strings().withChars("a=&?%+;[]\u00ff/#").ofMaxLength(20);
        return Arbitraries.oneOf(
                paths.map(path -> "/" + path),
                Combinators.combine(paths, queries).as((path, query) -> "/" + path + "?" + query),
                paths.map(path -> "http://other/" + path),
                paths.map(path -> "http://" + path),
                paths,
                Arbitraries.of(
                        "*",
                        "//",
                        "/../..",
                        "/%",
                        "/%00",
                        "/?",
                        "?",
                        "http:",
                        "https://[",
                        "a:1",
                        "/" + "a".repeat(20_000)));
    }

    @Provide
    Arbitrary<String> methods() {
        return Arbitraries.oneOf(
                Arbitraries.of("POST", "PATCH", "PUT", "DELETE", "GET", "HEAD", "OPTIONS", "TRACE", "CONNECT", "post"),
                Arbitraries.strings().withCharRange('!', '~').ofMinLength(1).ofMaxLength(10));
    }

    @Provide
    Arbitrary<String> bodies() {
        return Arbitraries.strings().withCharRange('\u000e', '\u00ff').ofMaxLength(100);
    }

    @Property(tries = TRIES, shrinking = ShrinkingMode.BOUNDED)
    void any_request_gets_an_answer_that_is_no_failure_of_the_gateway(
            @ForAll("methods") String method,
            @ForAll("targets") String target,
            @ForAll("keyFields") String field,
            @ForAll("bodies") String body)
            throws IOException {
        assertSound(send(method, target, List.of("Idempotency-Key: " + field), body));
    }

    @Property(tries = TRIES, shrinking = ShrinkingMode.BOUNDED)
    void any_bytes_get_an_answer_or_a_closed_connection(@ForAll("bodies") String bytes) throws IOException {
        String response;
        try (RawClient client = new RawClient(Objects.requireNonNull(gateway).port())) {
            client.send(bytes + "\n\n");
            client.finish();
            response = client.readToEnd();
        }
        if (!response.isEmpty()) {
            assertSound(response);
        }
    }
}
