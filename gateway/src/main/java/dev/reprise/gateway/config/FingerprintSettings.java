package dev.reprise.gateway.config;

import dev.reprise.console.text.FieldName;
import dev.reprise.http.Fingerprinting;
import dev.reprise.http.Fingerprinting.Content;
import dev.reprise.http.Fingerprinting.Head;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said about what counts when requests are compared; null is what was not said.
 *
 * @param body what of the body counts
 * @param fields the fields that count where not all of the body does
 * @param headers further header fields that count
 * @param head what of the head counts besides
 */
public record FingerprintSettings(
        @Nullable Content body,
        @Nullable List<String> fields,
        @Nullable List<String> headers,
        @Nullable Set<Head> head) {
    /** @throws IllegalArgumentException if something contradicts itself */
    public FingerprintSettings {
        if (headers != null) {
            headers.forEach(FieldName::check);
        }
        complete(body, fields, headers, head);
    }

    private static Fingerprinting complete(
            @Nullable Content body,
            @Nullable List<String> fields,
            @Nullable List<String> headers,
            @Nullable Set<Head> head) {
        return new Fingerprinting(
                body == null ? Content.RAW : body,
                fields == null ? List.of() : fields,
                headers == null ? List.of() : headers,
                head == null ? EnumSet.allOf(Head.class) : head);
    }

    /** With everything that was not said filled in. */
    Fingerprinting complete() {
        return complete(body, fields, headers, head);
    }
}
