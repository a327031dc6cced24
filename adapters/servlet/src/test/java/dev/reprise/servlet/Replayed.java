package dev.reprise.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A first response and its replay, which are the same but for what belongs to one exchange. */
final class Replayed {
    private Replayed() {}

    /** Posts twice and returns the response; fails if anything was executed again or differs. */
    static HttpResponse<byte[]> twice(Application application) throws Exception {
        int before = application.executions();
        var request = application
                .request("/a?q=1")
                .header("Idempotency-Key", "twice")
                .POST(BodyPublishers.ofString("body"))
                .build();
        HttpResponse<byte[]> first = application.client().send(request, BodyHandlers.ofByteArray());
        HttpResponse<byte[]> retry = application.client().send(request, BodyHandlers.ofByteArray());

        assertThat(application.executions() - before).as("executions").isOne();
        assertThat(first.headers().map()).doesNotContainKey("idempotent-replayed");
        assertThat(retry.headers().firstValue("idempotent-replayed")).hasValue("true");
        assertThat(retry.statusCode()).isEqualTo(first.statusCode());
        assertThat(retry.body()).isEqualTo(first.body());
        assertThat(fields(retry)).isEqualTo(fields(first));
        return first;
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static Map<String, List<String>> fields(HttpResponse<?> response) {
        Map<String, List<String>> fields = new TreeMap<>(response.headers().map());
        fields.keySet()
                .removeAll(List.of(
                        "date", "set-cookie", "idempotent-replayed", "idempotency-retention", "x-outer", "vary"));
        return fields;
    }
}
