package dev.reprise.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What callers choose, read by us. In the build this runs the inputs that are kept beside it; CONTRIBUTING.md says how to look
 * for more.
 */
class HttpFuzzTest {
    private static final String PROTECTED = "/v1/charges";
    private static final PathMatcher MATCHER = new PathMatcher(new PathPattern(PROTECTED), PathReading.DEFAULT);

    /** Whatever is taken for a key can be written in quotes, and is the same key then (S1). */
    @FuzzTest(maxDuration = "1h")
    void key(byte[] field) {
        String text = new String(field, StandardCharsets.ISO_8859_1);

        if (KeyField.parse(List.of(text)) instanceof KeyField.Present key) {
            String quoted = '"' + key.key().value().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
            assertThat(KeyField.parse(List.of(quoted))).isEqualTo(key);
        }
    }

    /** Parameters are there or not, and change nothing about the key (S1). */
    @FuzzTest(maxDuration = "1h")
    void parameters(byte[] behind) {
        String text = new String(behind, StandardCharsets.ISO_8859_1);

        if (KeyField.parse(List.of("\"k\"" + text)) instanceof KeyField.Present key) {
            assertThat(key.key().value()).isEqualTo("k");
            assertThat(KeyField.parse(List.of("\"k\";a=1" + text))).isEqualTo(key);
        }
    }

    /** Services of several kinds; whatever one of them runs must not pass through (S31). */
    @FuzzTest(maxDuration = "1h")
    void path(byte[] sent) {
        String path = "/" + new String(sent, StandardCharsets.ISO_8859_1);
        RequestPath normal = RequestPath.sent(path);

        assertThat(RequestPath.sent(normal.normal())).isEqualTo(normal);
        if (MATCHER.match(normal) == PathMatcher.Match.NO) {
            assertThat(decoded(path)).isNotEqualToIgnoringCase(PROTECTED);
            assertThat(walked(path)).isNotEqualToIgnoringCase(PROTECTED);
            assertThat(walked(decoded(path))).isNotEqualToIgnoringCase(PROTECTED);
            assertThat(walked(decoded(decoded(path)))).isNotEqualToIgnoringCase(PROTECTED);
            assertThat(walked(decoded(withoutParameters(path)))).isNotEqualToIgnoringCase(PROTECTED);
            assertThat(walked(decoded(path).replace('\\', '/'))).isNotEqualToIgnoringCase(PROTECTED);
            assertThat(walked(decoded(path).split("\u0000", 2)[0])).isNotEqualToIgnoringCase(PROTECTED);
        }
    }

    private static String decoded(String path) {
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static String withoutParameters(String path) {
        return path.replaceAll(";[^/]*+", "");
    }

    /** Steps taken, slashes merged, and none at the end. */
    private static String walked(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            if (segment.equals("..") && !segments.isEmpty()) {
                segments.removeLast();
            } else if (!segment.isEmpty() && !segment.equals(".") && !segment.equals("..")) {
                segments.add(segment);
            }
        }
        return "/" + String.join("/", segments);
    }

    /** Any media type means something, and the same when it is read again (S11). */
    @FuzzTest(maxDuration = "1h")
    void mediaType(byte[] field) {
        String text = new String(field, StandardCharsets.ISO_8859_1);
        String meaning = MediaType.meaning(List.of(text));

        assertThat(MediaType.meaning(List.of(text))).isEqualTo(meaning);
        FormerMediaType.meaning(List.of(text));
    }

    /** What is canonical is JSON with the same canonical form (S11). */
    @FuzzTest(maxDuration = "1h")
    void json(byte[] body) {
        JsonReader.read(body).ifPresent(value -> {
            String canonical = value.canonical();
            assertThat(JsonReader.read(canonical.getBytes(StandardCharsets.UTF_8)))
                    .map(Json::canonical)
                    .contains(canonical);
        });
        JsonReader.readWithRepetitions(body).ifPresent(value -> value.at("/key"));
    }

    /** A body with a key in it is read, however it is coded, within its limit (S3). */
    @FuzzTest(maxDuration = "1h")
    void content(FuzzedDataProvider data) {
        List<String> codings = List.of(data.consumeString(20), data.consumeString(20));

        ContentCodings.decoded(codings, data.consumeRemainingAsBytes(), 10_000)
                .ifPresent(body -> assertThat(body.length).isLessThanOrEqualTo(10_000));
    }

    /** Fields of forms and queries are found by the bytes of their names, and never fail to be read (S3). */
    @FuzzTest(maxDuration = "1h")
    void form(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);

        assertThat(FormFields.all(body, "key")).isEqualTo(FormFields.all(text, "key"));
        assertThat(FormFields.all(text + "&key=1", "key")).endsWith("1");
    }

    /** The parts of a form are the same with another boundary (S11). */
    @FuzzTest(maxDuration = "1h")
    void multipart(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        String other = text.replace("\r\n--b", "\r\n--another").replaceFirst("^--b", "--another");

        if (!text.contains("--another")) {
            assertThat(MultipartBody.parts(
                            List.of("multipart/form-data; boundary=another"),
                            other.getBytes(StandardCharsets.ISO_8859_1)))
                    .isEqualTo(MultipartBody.parts(List.of("multipart/form-data; boundary=b"), body));
        }
    }

    /** A member that is put in is there, and everything else is as it was (S7). */
    @FuzzTest(maxDuration = "1h")
    void member(byte[] body) {
        Response response = new Response(200, Headers.of("Content-Type", "application/json"), Body.of(body));
        byte[] changed =
                JsonText.withMember(response, "replayed", "true").body().bytes();

        if (JsonReader.read(body).orElse(null) instanceof Json.Members before) {
            Json after = JsonReader.read(changed).orElseThrow();
            assertThat(after.at("/replayed").map(Json::canonical)).contains("true");
            assertThat(after.without(List.of("/replayed")).canonical())
                    .isEqualTo(before.without(List.of("/replayed")).canonical());
        } else {
            assertThat(changed).isEqualTo(body);
        }
    }

    /** What is kept from records is gone after it was left out once, or the whole body is (S18). */
    @FuzzTest(maxDuration = "1h")
    void unrecorded(byte[] body) {
        Unrecorded unrecorded = new Unrecorded(Route.of(PROTECTED).withUnrecordedMembers(Set.of("/a", "/b/*/c")));
        Response response = new Response(200, Headers.of("Content-Type", "application/json"), Body.of(body));

        Response recorded = unrecorded.recordable(response);

        assertThat(unrecorded.recordable(recorded)).isEqualTo(recorded);
        if (JsonReader.readWithRepetitions(body).orElse(null) instanceof Json.Members before) {
            Json after = JsonReader.readWithRepetitions(recorded.body().bytes()).orElseThrow();
            assertThat(after.at("/a").isPresent()).isEqualTo(before.at("/a").isPresent());
            assertThat(after.without(List.of("/a", "/b"))).isEqualTo(before.without(List.of("/a", "/b")));
        } else if (JsonReader.readWithRepetitions(body).isEmpty()) {
            assertThat(recorded.body().length()).isZero();
        }
    }

    /** Nobody makes up an issued key (S6). */
    @FuzzTest(maxDuration = "1h")
    void issuedKey(byte[] key) {
        KeyIssuer issuer = new KeyIssuer(List.of(new byte[KeyIssuer.MIN_SECRET_LENGTH]), Duration.ofHours(1));

        assertThat(issuer.isValid(new String(key, StandardCharsets.ISO_8859_1), "/a", "alice", Instant.EPOCH))
                .isFalse();
    }
}
