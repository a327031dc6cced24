package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever bytes a caller sends, nothing is executed that should not be, and the gateway does not fall over. */
class RequestFuzzTest {
    private static final int TRIES = 100;

    private static final List<String> ODD_TARGETS = List.of(
            "*", "//", "/../..", "/%", "/%00", "/?", "?", "http:", "https://[", "a:1", "/" + "a".repeat(20_000));

    private static final List<String> METHODS =
            List.of("POST", "PATCH", "PUT", "DELETE", "GET", "HEAD", "OPTIONS", "TRACE", "CONNECT", "post");

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

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private TestService service;

    @SuppressWarnings("NullAway.Init")
    private GatewayFixture gateway;

    @BeforeEach
    void start() throws IOException {
        service = new TestService();
        gateway = new GatewayFixture(folder, service);
    }

    @AfterEach
    void stop() {
        gateway.close();
        service.close();
    }

    private String send(String method, String target, List<String> fields, String body) throws IOException {
        return RawClient.exchange(
                gateway.port(),
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

    private static String of(Random random, String alphabet, int shortest, int longest) {
        StringBuilder text = new StringBuilder();
        random.ints(random.nextInt(shortest, longest + 1), 0, alphabet.length())
                .forEach(i -> text.append(alphabet.charAt(i)));
        return text.toString();
    }

    private static String between(Random random, char first, char last, int shortest, int longest) {
        StringBuilder text = new StringBuilder();
        random.ints(random.nextInt(shortest, longest + 1), first, last + 1).forEach(c -> text.append((char) c));
        return text.toString();
    }

    private static String keyField(Random random) {
        String nearly = of(random, "\"\\;,= \tka*1\u007f\u00e4", 0, 12);
        return switch (random.nextInt(6)) {
            case 0 -> between(random, '!', '\u00ff', 0, 600);
            case 1 -> nearly;
            case 2 -> "\"" + nearly;
            case 3 -> "\"k\"" + nearly;
            case 4 -> of(random, "k\"\\", 250, 520);
            default -> "\"" + of(random, "k\"\\", 250, 520) + "\"";
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void a_field_is_executed_only_if_it_is_a_key_S2(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < TRIES; i++) {
            String field = keyField(random);
            int before = service.received().size();

            String response = post(List.of(field));

            assertSound(response);
            if (isKey(field)) {
                assertThat(response).as(field).startsWith("HTTP/1.1 201 ");
            } else {
                assertRefused(response, field);
                assertThat(service.received()).as(field).hasSize(before);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void several_fields_are_never_executed_S2(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < TRIES / 4; i++) {
            String first = keyField(random);
            String second = keyField(random);

            String response = post(List.of(first, second));

            assertSound(response);
            assertRefused(response, first + second);
            assertThat(service.received()).as(first + " and " + second).isEmpty();
        }
    }

    private static String quoted(String key) {
        return "\"" + key.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void a_key_is_executed_once_however_it_is_written_S1(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < TRIES / 2; i++) {
            // The number ends at the dot, so no digit that is drawn can make it another one.
            String key = i + "." + between(random, ' ', '~', 0, 245);
            int before = service.received().size();

            String first = post(List.of(quoted(key)));
            String retry = post(List.of("\t" + quoted(key) + ";a=1; b=\"x\"  "));

            assertThat(first).as(key).startsWith("HTTP/1.1 201 ").doesNotContainIgnoringCase("idempotent-replayed");
            assertThat(retry).as(key).startsWith("HTTP/1.1 201 ").containsIgnoringCase("idempotent-replayed: true");
            if (BARE_KEY.matcher(key).matches()) {
                assertThat(post(List.of(key))).as(key).containsIgnoringCase("idempotent-replayed: true");
            }
            assertThat(service.received()).as(key).hasSize(before + 1);
        }
    }

    private static String target(Random random) {
        String path = of(random, "/a.%2F{}*\\;:@~\u00e4|^`", 0, 30);
        return switch (random.nextInt(6)) {
            case 0 -> "/" + path;
            case 1 -> "/" + path + "?" + of(random, "a=&?%+;[]\u00ff/#", 0, 20);
            case 2 -> "http://other/" + path;
            case 3 -> "http://" + path;
            case 4 -> path;
            default -> ODD_TARGETS.get(random.nextInt(ODD_TARGETS.size()));
        };
    }

    private static String method(Random random) {
        return random.nextBoolean() ? METHODS.get(random.nextInt(METHODS.size())) : between(random, '!', '~', 1, 10);
    }

    private static String body(Random random) {
        return between(random, '\u000e', '\u00ff', 0, 100);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void any_request_gets_an_answer_that_is_no_failure_of_the_gateway(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < TRIES; i++) {
            assertSound(send(
                    method(random), target(random), List.of("Idempotency-Key: " + keyField(random)), body(random)));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void any_bytes_get_an_answer_or_a_closed_connection(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < TRIES; i++) {
            String response;
            try (RawClient client = new RawClient(gateway.port())) {
                client.send(body(random) + "\n\n");
                client.finish();
                response = client.readToEnd();
            }
            if (!response.isEmpty()) {
                assertSound(response);
            }
        }
    }
}
