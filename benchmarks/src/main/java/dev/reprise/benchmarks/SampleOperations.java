package dev.reprise.benchmarks;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import java.util.Optional;
import java.util.UUID;

/** Operations as the benchmarks send them. */
final class SampleOperations {
    private static final Scope SCOPE = new Scope("3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "/v1/charges");
    private static final RequestFingerprint FINGERPRINT = new RequestFingerprint(1, new byte[32]);
    private static final RequestFingerprint.Source FINGERPRINTS = new RequestFingerprint.Source() {
        @Override
        public RequestFingerprint current() {
            return FINGERPRINT;
        }

        @Override
        public Optional<RequestFingerprint> of(int version) {
            return Optional.empty();
        }
    };

    private SampleOperations() {}

    static Operation fresh() {
        return withKey(UUID.randomUUID().toString());
    }

    static Operation withKey(String key) {
        return with(key, FINGERPRINTS);
    }

    static Operation with(String key, RequestFingerprint.Source fingerprints) {
        return new Operation(new OperationId(SCOPE, new IdempotencyKey(key)), fingerprints, OperationPolicy.DEFAULT);
    }

    /** A created-response whose record takes about 500 bytes. */
    static Response response(int bodyBytes) {
        byte[] body = new byte[bodyBytes];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) ('a' + i % 26);
        }
        return new Response(
                201, Headers.of("Content-Type", "application/json", "Location", "/v1/charges/1"), Body.of(body));
    }
}
