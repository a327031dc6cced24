package dev.reprise.http;

import dev.reprise.IdempotencyKey;
import dev.reprise.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** See {@link Profile#IETF}. */
final class IetfDialect implements Dialect {
    @Override
    public List<KeySource> keySources(HttpNames names) {
        return List.of(KeySource.header(names.key()));
    }

    @Override
    public KeyField parse(List<String> lines) {
        return KeyField.parse(lines);
    }

    @Override
    public Response refusal(Refusal refusal, @Nullable IdempotencyKey key) {
        return refusal.document();
    }
}
