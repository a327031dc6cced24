package dev.reprise.http;

import dev.reprise.IdempotencyKey;
import dev.reprise.Response;
import org.jspecify.annotations.Nullable;

/** See {@link Profile#IETF}. */
final class IetfRules implements ProfileRules {
    @Override
    public Response refusal(ProblemDetails refusal, @Nullable IdempotencyKey key) {
        return refusal.document();
    }
}
