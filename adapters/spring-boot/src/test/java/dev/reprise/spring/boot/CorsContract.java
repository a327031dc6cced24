package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.OperationPolicy;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.CrossOrigin;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** What Spring's own CORS settings say holds for replays and refusals, too (S26). In both of its stacks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CorsContract {
    static final String SHOP = "https://shop.example";
    private static final String STRANGER = "https://stranger.example";

    private final String key = UUID.randomUUID().toString();

    @RestController
    static class Controller {
        private final AtomicInteger calls = new AtomicInteger();

        /** The settings of the application apply to its path. */
        @Idempotent
        @PostMapping("/global")
        String global(@RequestBody String body) {
            return "call " + calls.incrementAndGet();
        }

        @Idempotent(duplicates = OperationPolicy.Duplicates.REJECT)
        @PostMapping("/global/rejecting")
        String rejecting(@RequestBody String body) {
            return "call " + calls.incrementAndGet();
        }

        @CrossOrigin(origins = SHOP, allowCredentials = "true", exposedHeaders = "X-Call")
        @Idempotent
        @PostMapping("/annotated")
        ResponseEntity<String> annotated(@RequestBody String body) {
            return ResponseEntity.ok().header("X-Call", "1").body("call " + calls.incrementAndGet());
        }

        @CrossOrigin(origins = SHOP, allowCredentials = "true", exposedHeaders = "X-Call")
        @PostMapping("/unprotected")
        ResponseEntity<String> unprotected(@RequestBody String body) {
            return ResponseEntity.ok().header("X-Call", "1").body("call " + calls.incrementAndGet());
        }

        @Idempotent
        @PostMapping("/same-origin")
        String sameOrigin(@RequestBody String body) {
            return "call " + calls.incrementAndGet();
        }
    }

    abstract HttpRequest.Builder request(String path);

    abstract HttpResponse<String> send(HttpRequest.Builder request) throws Exception;

    abstract Controller controller();

    private HttpResponse<String> post(String path, String origin, String body) throws Exception {
        return send(request(path)
                .header("Origin", origin)
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(body)));
    }

    /**
     * Without a body. Reactor Netty 1.3.7 may hang in the next request of a connection on which WebFlux, by itself, has refused one
     * with a body.
     */
    private HttpResponse<String> strange(String path, String anyKey) throws Exception {
        return send(request(path)
                .header("Origin", STRANGER)
                .header("Idempotency-Key", anyKey)
                .POST(BodyPublishers.noBody()));
    }

    /** What a browser hears; the order of values means nothing. */
    private static Map<String, List<String>> cors(HttpResponse<?> response) {
        Map<String, List<String>> fields = new TreeMap<>();
        response.headers().map().forEach((name, values) -> {
            String field = name.toLowerCase(Locale.ROOT);
            if (field.startsWith("access-control-") || field.equals("vary")) {
                fields.put(field, values);
            }
        });
        return fields;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/global", "/annotated"})
    void a_replay_and_each_refusal_have_the_fields_of_the_first_answer_S26(String path) throws Exception {
        HttpResponse<String> first = post(path, SHOP, "1");
        HttpResponse<String> replay = post(path, SHOP, "1");
        HttpResponse<String> mismatch = post(path, SHOP, "2");
        HttpResponse<String> missing = send(request(path).header("Origin", SHOP).POST(BodyPublishers.ofString("1")));

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(Booted.isReplay(replay)).isTrue();
        assertThat(mismatch.statusCode()).isEqualTo(422);
        assertThat(missing.statusCode()).isEqualTo(400);
        assertThat(first.headers().allValues("Access-Control-Allow-Origin")).containsExactly(SHOP);
        assertThat(String.join(", ", first.headers().allValues("Access-Control-Expose-Headers")))
                .contains("Idempotent-Replayed");
        assertThat(List.of(replay, mismatch, missing))
                .allSatisfy(answer -> assertThat(cors(answer)).isEqualTo(cors(first)));
    }

    @Test
    void a_duplicate_that_is_refused_has_them_too_S25_S26() throws Exception {
        HttpResponse<String> first = post("/global/rejecting", SHOP, "1");
        HttpResponse<String> duplicate = post("/global/rejecting", SHOP, "1");

        assertThat(duplicate.statusCode()).isEqualTo(409);
        assertThat(cors(duplicate)).isEqualTo(cors(first)).containsKey("access-control-allow-origin");
    }

    @Test
    void they_are_those_that_Spring_sends_without_protection_and_the_added_ones_are_exposed_S26() throws Exception {
        Map<String, List<String>> without = cors(post("/unprotected", SHOP, "1"));
        Map<String, List<String>> with = cors(post("/annotated", SHOP, "1"));

        assertThat(with.remove("access-control-expose-headers"))
                .singleElement()
                .asString()
                .startsWith("X-Call, Idempotent-Replayed");
        assertThat(without.remove("access-control-expose-headers")).containsExactly("X-Call");
        assertThat(with).isEqualTo(without);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/global", "/annotated"})
    void an_origin_that_is_not_allowed_hears_what_Spring_says_and_nothing_is_executed_or_told_S26(String path)
            throws Exception {
        post(path, SHOP, "1");
        int before = controller().calls.get();
        HttpResponse<String> unprotected = strange("/unprotected", key);
        HttpResponse<String> known = strange(path, key);
        HttpResponse<String> fresh = strange(path, UUID.randomUUID().toString());

        assertThat(unprotected.statusCode()).isEqualTo(403);
        assertThat(List.of(known, fresh)).allSatisfy(refusal -> {
            assertThat(refusal.statusCode()).isEqualTo(403);
            assertThat(refusal.body()).isEqualTo(unprotected.body());
            assertThat(cors(refusal)).isEqualTo(cors(unprotected)).doesNotContainKey("access-control-allow-origin");
        });
        assertThat(controller().calls).hasValue(before);
    }

    @Test
    void a_preflight_needs_no_key_and_is_answered_by_Spring_S26() throws Exception {
        HttpResponse<String> preflight = send(request("/global")
                .header("Origin", SHOP)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type, idempotency-key")
                .method("OPTIONS", BodyPublishers.noBody()));

        assertThat(preflight.statusCode()).isEqualTo(200);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers"))
                .hasValueSatisfying(allowed -> assertThat(allowed).contains("idempotency-key"));
    }

    @Test
    void without_settings_nothing_is_said_S26() throws Exception {
        HttpResponse<String> first = post("/same-origin", SHOP, "1");
        HttpResponse<String> replay = post("/same-origin", SHOP, "1");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(Booted.isReplay(replay)).isTrue();
        assertThat(cors(replay)).isEqualTo(cors(first)).isEmpty();
    }
}
