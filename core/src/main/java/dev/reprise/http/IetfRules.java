package dev.reprise.http;

import dev.reprise.IdempotencyKey;
import dev.reprise.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** See {@link Profile#IETF}. */
final class IetfRules implements ProfileRules {
    @Override
    public List<KeyLocation> keyLocations(HttpNames names) {
        return List.of(KeyLocation.header(names.key()));
    }

    @Override
    public KeyField parse(List<String> lines) {
        return KeyField.parse(lines);
    }

    @Override
    public Response refusal(ProblemDetails refusal, @Nullable IdempotencyKey key) {
        return refusal.document();
    }
}
