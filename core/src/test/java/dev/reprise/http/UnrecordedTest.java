package dev.reprise.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Members of JSON that no record has (S18). */
class UnrecordedTest {
    private static final String OMITTED = "Idempotent-Members-Omitted";

    private static Unrecorded members(String... pointers) {
        return new Unrecorded(Route.of("/cards").withUnrecordedMembers(Set.of(pointers)));
    }

    private static Body body(String text) {
        return Body.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Response response) {
        return new String(response.body().bytes(), StandardCharsets.UTF_8);
    }

    private static Response json(String text, String... headers) {
        return new Response(201, Headers.of(headers).with("Content-Type", "application/json"), body(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /a          | {"a":"s \\" \\\\","b":"k"}             | {"a":"","b":"k"}
            /a          | {"a":-1.5e3}                           | {"a":0}
            /a          | {"a":7,"b":7}                          | {"a":0,"b":7}
            /a          | {"a":true}                             | {"a":false}
            /a          | {"a":{"s":["s"],"t":{"a":"s"}},"b":1}  | {"a":{},"b":1}
            /a          | {"a":["s",{"a":"s"}] , "b":1}          | {"a":[] , "b":1}
            /a          | {"a"  : \t "s"  , "b" : "€😀\\n" }      | {"a"  : \t ""  , "b" : "€😀\\n" }
            /a          | {"\\u0061":"s"}                        | {"\\u0061":""}
            /a          | {"A":"k","a":"s","b":{"a":"k"}}        | {"A":"k","a":"","b":{"a":"k"}}
            /a          | {"a":"s","b":1,"a":{"s":"t"}}          | {"a":"","b":1,"a":{}}
            /a/b        | {"a":{"b":"s","c":"k"},"b":"k"}        | {"a":{"b":"","c":"k"},"b":"k"}
            /a/b        | {"a":{"b":"s"},"a":{"b":"t","b":"u"}}  | {"a":{"b":""},"a":{"b":"","b":""}}
            /a /a/b     | {"a":{"b":"s"}}                        | {"a":{}}
            /a/b /a/c   | {"a":{"b":"s","c":"s","d":"k"}}        | {"a":{"b":"","c":"","d":"k"}}
            /a/1        | {"a":["k","s","k"]}                    | {"a":["k","","k"]}
            /a/1        | {"a":{"1":"s"}}                        | {"a":{"1":""}}
            /a/*        | {"a":["s",2,null],"b":["k"]}           | {"a":["",0,null],"b":["k"]}
            /a/*/n      | {"a":[{"n":"s","m":1},{"n":2},3,[{"n":"k"}]]} | {"a":[{"n":"","m":1},{"n":0},3,[{"n":"k"}]]}
            /a/*/b/*    | {"a":[{"b":["s"]},{"b":"k"},{"b":[]}]} | {"a":[{"b":[""]},{"b":"k"},{"b":[]}]}
            /a/*        | {"a":{"*":"s","b":"k"}}                | {"a":{"*":"","b":"k"}}
            /*/a        | [{"a":"s"},{"a":"t"}]                  | [{"a":""},{"a":""}]
            /m~1n~0~01  | {"m/n~~1":"s"}                         | {"m/n~~1":""}
            /           | {"":"s"}                               | {"":""}
            """)
    void have_the_empty_value_of_their_type_and_all_else_stays_as_it_was(
            String pointers, String sent, String expected) {
        Response recorded = members(pointers.split(" ")).recordable(json(sent));

        assertThat(text(recorded)).isEqualTo(expected);
        assertThat(recorded.status()).isEqualTo(201);
        assertThat(recorded.headers()).isEqualTo(Headers.of("Content-Type", "application/json", OMITTED, "true"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /b     | {"a":"k"}
            /a/b   | {"a":"k"}
            /a/b   | {"a":[{"b":"k"}]}
            /a/01  | {"a":["k","k"]}
            /a/-   | {"a":["k"]}
            /a     | "k"
            /a     | {"a":null}
            /a     | {"a":""}
            """)
    void that_are_not_there_or_are_empty_change_nothing(String pointer, String sent) {
        Response response = json(sent, "ETag", "\"1\"", "Content-Digest", "sha-256=:x:");

        assertThat(members(pointer).recordable(response)).isEqualTo(response);
    }

    @Test
    void an_answer_without_content_has_none() {
        Response response = new Response(204, Headers.of("ETag", "\"1\""), Body.EMPTY);

        assertThat(members("/a").recordable(response)).isEqualTo(response);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON ; Charset=\"UTF-8\"",
                "application/json;charset=utf8",
                "application/json;charset=ISO-8859-1",
                "application/problem+json",
                "application/vnd.shop.card+json; version=1"
            })
    void are_found_in_what_is_json(String contentType) {
        Response response = new Response(200, Headers.of("Content-Type", contentType), body("{\"a\":\"s\"}"));

        assertThat(text(members("/a").recordable(response))).isEqualTo("{\"a\":\"\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "text/json",
                "application/xml",
                "application/x-ndjson",
                "application/json-seq",
                "application/jsonp",
                "application/json, text/plain",
                "application/json; charset=utf-16",
                "application/json; charset=utf-8; charset=utf-16",
                "application/json; charset"
            })
    void take_the_body_with_them_where_it_is_not_json_by_its_media_type_S21(String contentType) {
        requireLeftOut(new Response(200, Headers.of("Content-Type", contentType), body("{\"a\":\"s\"}")));
    }

    private static void requireLeftOut(Response response) {
        Response recorded = members("/a").recordable(response);

        assertThat(recorded.status()).isEqualTo(response.status());
        assertThat(recorded.body()).isEqualTo(Body.OMITTED);
        assertThat(recorded.headers().first(OMITTED)).isEmpty();
    }

    @Test
    void take_the_body_with_them_where_nobody_says_what_it_is_or_several_things_are_said_S21() {
        requireLeftOut(new Response(200, Headers.EMPTY, body("{\"a\":\"s\"}")));
        requireLeftOut(new Response(
                200,
                Headers.of("Content-Type", "application/json", "Content-Type", "application/json"),
                body("{\"a\":\"s\"}")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"a\":\"s\"",
                "{\"a\":\"s\"} {}",
                "{\"a\":\"s\",}",
                "{a:\"s\"}",
                "{\"a\":'s'}",
                "{\"a\":\"s\"}\u0000",
                "\ufeff{\"a\":\"s\"}",
                "{\"a\":\"\\ud800\"}",
                "{\"a\":\"s\"}\n{\"a\":\"s\"}",
                " ",
                "s"
            })
    void take_the_body_with_them_where_it_can_be_read_in_several_ways_or_in_none_S21(String text) {
        requireLeftOut(json(text));
    }

    @Test
    void take_the_body_with_them_where_it_is_not_utf8_or_too_deep_S21() {
        byte[] latin = "{\"a\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
        requireLeftOut(json("").withBody(Body.of(latin)));
        requireLeftOut(
                new Response(200, Headers.of("Content-Type", "application/json;charset=ISO-8859-1"), Body.of(latin)));
        requireLeftOut(json("{\"a\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "identity, gzip", "x-unknown"})
    void take_the_body_with_them_where_it_is_encoded_S21(String coding) {
        requireLeftOut(json("{\"a\":\"s\"}", "Content-Encoding", coding));
    }

    @Test
    void are_found_where_the_encoding_is_none() {
        assertThat(text(members("/a").recordable(json("{\"a\":\"s\"}", "Content-Encoding", "Identity"))))
                .isEqualTo("{\"a\":\"\"}");
    }

    /** They are wrong for what is recorded, and a short secret can be guessed by its hash. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Digest",
                "Repr-Digest",
                "Digest",
                "Content-MD5",
                "ETag",
                "Signature",
                "Signature-Input",
                "X-JWS-Signature"
            })
    void take_with_them_what_was_made_from_the_body(String name) {
        Response response =
                json("{\"a\":\"s\"}", name, "1", "Location", "/cards/1").withTrailers(Headers.of(name, "2"));
        Headers kept = Headers.of("Location", "/cards/1", "Content-Type", "application/json");

        Response masked = members("/a").recordable(response);
        assertThat(masked.headers()).isEqualTo(kept.with(OMITTED, "true"));
        assertThat(masked.trailers()).isEqualTo(Headers.EMPTY);

        for (Body leftOut : List.of(body("no JSON"), Body.OMITTED)) {
            Response without = members("/a").recordable(response.withBody(leftOut));
            assertThat(without).isEqualTo(new Response(201, kept, Body.OMITTED));
        }
    }

    @Test
    void are_kept_from_records_beside_fields() {
        Unrecorded both = new Unrecorded(
                Route.of("/cards").withUnrecordedMembers(Set.of("/a")).withUnrecordedFields(Set.of("X-Token")));

        Response recorded = both.recordable(json("{\"a\":\"s\"}", "X-Token", "s", "Date", "now"));

        assertThat(recorded.headers()).isEqualTo(Headers.of("Content-Type", "application/json", OMITTED, "true"));
        assertThat(text(recorded)).isEqualTo("{\"a\":\"\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "card.number", "#/a", "/a~", "/a~2b", "$.a"})
    void are_named_by_pointers(String text) {
        Route route = Route.of("/cards");

        assertThatThrownBy(() -> route.withUnrecordedMembers(Set.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A member is named by a JSON Pointer, as in /card/number, and not by " + text);
    }

    @Test
    void of_any_json_are_gone_and_every_other_character_is_there() {
        int masked = 0;
        for (int seed = 0; seed < 5_000; seed++) {
            DrawnJson drawn = new DrawnJson(seed);
            Response response = json(drawn.sent());

            Response recorded =
                    new Unrecorded(Route.of("/cards").withUnrecordedMembers(drawn.pointers())).recordable(response);

            assertThat(text(recorded))
                    .as(drawn::toString)
                    .isEqualTo(drawn.expected())
                    .doesNotContain(DrawnJson.SECRET);
            masked += drawn.sent().contains(DrawnJson.SECRET) ? 1 : 0;
        }
        assertThat(masked).as("texts with a secret").isGreaterThan(100);
    }

    /** A JSON text drawn at random, and what of it may be recorded, written side by side by something that reads no JSON. */
    private static final class DrawnJson {
        static final String SECRET = "planted";

        private static final List<String> NAMES = List.of("a", "b", "0", "1", "*", "é😀", "m/n", "~");
        private static final List<String> PIECES =
                List.of("k", "é", "😀", "\\n", "\\\"", "\\\\", "\\u0041", "}", "]", ",", ":", " ", "/a");
        private static final List<String> SPACES = List.of("", "", "", " ", "\n\t", " \r\n");
        private static final List<String> NUMBERS =
                List.of("1", "-0", "2.50", "1e9", "-1.5E-3", "12345678901234567890");

        private final RandomText random;
        private final List<List<String>> ways;
        private final StringBuilder sent = new StringBuilder();
        private final StringBuilder expected = new StringBuilder();

        /** @param isIndex whether it is the place in an array, and not a name */
        private record Step(String name, boolean isIndex) {}

        DrawnJson(long seed) {
            random = new RandomText(seed);
            ways = IntStream.rangeClosed(0, random.below(3))
                    .mapToObj(way -> IntStream.rangeClosed(0, random.below(3))
                            .mapToObj(step -> one(NAMES))
                            .toList())
                    .toList();
            value(List.of(), false);
        }

        Set<String> pointers() {
            return new HashSet<>(ways.stream()
                    .map(way -> way.stream()
                            .map(name -> "/" + name.replace("~", "~0").replace("/", "~1"))
                            .collect(Collectors.joining()))
                    .toList());
        }

        String sent() {
            return sent.toString();
        }

        String expected() {
            return expected.toString();
        }

        @Override
        public String toString() {
            return pointers() + " in " + sent;
        }

        private String one(List<String> of) {
            return of.get(random.below(of.size()));
        }

        private boolean isWanted(List<Step> path) {
            return ways.stream()
                    .anyMatch(way -> way.size() == path.size()
                            && IntStream.range(0, way.size())
                                    .allMatch(i -> way.get(i).equals(path.get(i).name())
                                            || (path.get(i).isIndex()
                                                    && way.get(i).equals("*"))));
        }

        private void write(String text, boolean secret) {
            sent.append(text);
            if (!secret) {
                expected.append(text);
            }
        }

        private void value(List<Step> path, boolean withinSecret) {
            write(one(SPACES), withinSecret);
            boolean begins = !withinSecret && isWanted(path);
            boolean secret = withinSecret || begins;
            int kind = random.below(path.size() > 3 ? 4 : 9);
            if (begins) {
                expected.append(List.of("false", "null", "0", "\"\"", "{}", "{}", "{}", "[]", "[]")
                        .get(kind));
            }
            switch (kind) {
                case 0 -> write(one(List.of("true", "false")), secret);
                case 1 -> write("null", secret);
                case 2 -> write(one(NUMBERS), secret);
                case 3 ->
                    write(
                            Stream.generate(() -> one(PIECES))
                                    .limit(random.below(5))
                                    .collect(Collectors.joining("", "\"" + (secret ? SECRET : ""), "\"")),
                            secret);
                case 4, 5, 6 -> {
                    write("{", secret);
                    for (int left = random.below(4); left > 0; left--) {
                        String name = one(NAMES);
                        write(one(SPACES) + "\"" + name.replace("a", one(List.of("a", "\\u0061"))) + "\"", secret);
                        write(one(SPACES) + ":", secret);
                        value(behind(path, new Step(name, false)), secret);
                        write(left > 1 ? "," : "", secret);
                    }
                    write("}", secret);
                }
                default -> {
                    write("[", secret);
                    int length = random.below(4);
                    for (int i = 0; i < length; i++) {
                        value(behind(path, new Step(Integer.toString(i), true)), secret);
                        write(i + 1 < length ? "," : "", secret);
                    }
                    write("]", secret);
                }
            }
            write(one(SPACES), withinSecret);
        }

        private static List<Step> behind(List<Step> path, Step next) {
            return Stream.concat(path.stream(), Stream.of(next)).toList();
        }
    }
}
