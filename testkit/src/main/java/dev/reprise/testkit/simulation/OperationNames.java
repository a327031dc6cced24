package dev.reprise.testkit.simulation;

import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.RequestFingerprint;
import dev.reprise.Scope;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** How operations and payloads are called. */
final class OperationNames {
    static final String ROUTE = "/pay";

    private OperationNames() {}

    static OperationId id(String principal, int operation) {
        return new OperationId(new Scope(principal, ROUTE), new IdempotencyKey("k" + operation));
    }

    /** The number that an operation was named by. */
    static int number(OperationId id) {
        return Integer.parseInt(id.key().value().substring(1));
    }

    static String of(SimulatedCaller request) {
        return of(id(request.principal(), request.operation())) + " (" + request.payload() + ")";
    }

    static String of(OperationId id) {
        return id.key().value() + " of " + id.scope().principal();
    }

    static RequestFingerprint.Source fingerprints(String payload) {
        RequestFingerprint fingerprint = new RequestFingerprint(1, payload.getBytes(StandardCharsets.UTF_8));
        return new RequestFingerprint.Source() {
            @Override
            public RequestFingerprint current() {
                return fingerprint;
            }

            @Override
            public Optional<RequestFingerprint> of(int version) {
                return version == 1 ? Optional.of(fingerprint) : Optional.empty();
            }
        };
    }
}
