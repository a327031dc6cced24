package dev.reprise.grpc;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import dev.reprise.http.HttpNames;
import dev.reprise.http.ReplayRules;
import io.grpc.Metadata;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;

/**
 * Metadata as fields of a record, and back: the same names and values, binary ones ({@code -bin}) in Base64 without padding,
 * as they are on the wire.
 */
final class MetadataFields {
    /** What belongs to one exchange (S18), or is the transport's. */
    private static final Set<String> NEVER_RECORDED = Set.of(
            "content-type",
            "endpoint-load-metrics-bin",
            "grpc-accept-encoding",
            "grpc-encoding",
            "grpc-message",
            "grpc-previous-rpc-attempts",
            Refusal.PUSHBACK.name(),
            "grpc-server-stats-bin",
            "grpc-status",
            "grpc-tags-bin",
            "grpc-timeout",
            "grpc-trace-bin",
            HttpNames.EFFECT.toLowerCase(Locale.ROOT),
            HttpNames.RETENTION.toLowerCase(Locale.ROOT),
            HttpNames.BODY_OMITTED.toLowerCase(Locale.ROOT),
            HttpNames.DEFAULT.replayed().toLowerCase(Locale.ROOT));

    private MetadataFields() {}

    /** What a record keeps (S18). Values that the transport would drop are left out. */
    static Headers recordable(Metadata metadata) {
        Headers.Builder fields = Headers.builder();
        for (String name : metadata.keys()) {
            if (NEVER_RECORDED.contains(name)) {
                continue;
            }
            if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
                for (byte[] value : all(metadata, binary(name))) {
                    fields.add(name, Base64.getEncoder().withoutPadding().encodeToString(value));
                }
            } else {
                for (String value : all(metadata, text(name))) {
                    if (value.chars().allMatch(c -> c >= 0x20 && c <= 0x7e)) {
                        fields.add(name, value);
                    }
                }
            }
        }
        return ReplayRules.recordable(new Response(200, fields.build(), Body.EMPTY))
                .headers();
    }

    /** The metadata that was recorded. */
    static Metadata metadata(Headers fields) {
        Metadata metadata = new Metadata();
        fields.forEach((name, value) -> {
            if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
                metadata.put(binary(name), Base64.getDecoder().decode(value));
            } else {
                metadata.put(text(name), value);
            }
        });
        return metadata;
    }

    static Metadata.Key<String> text(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    private static Metadata.Key<byte[]> binary(String name) {
        return Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER);
    }

    private static <T> Iterable<T> all(Metadata metadata, Metadata.Key<T> key) {
        Iterable<T> values = metadata.getAll(key);
        return values == null ? Set.of() : values;
    }
}
