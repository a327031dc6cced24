package dev.reprise.gateway.proxy;

import dev.reprise.Headers;
import io.vertx.core.MultiMap;
import java.util.Map;

/** Header fields between Vert.x and core, in order and with repetitions. */
final class VertxFields {
    private VertxFields() {}

    static Headers toCore(MultiMap fields) {
        Headers.Builder headers = Headers.builder();
        for (Map.Entry<String, String> field : fields) {
            headers.add(field.getKey(), field.getValue());
        }
        return headers.build();
    }

    static void add(Headers headers, MultiMap fields) {
        headers.forEach(fields::add);
    }
}
