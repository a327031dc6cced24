package dev.reprise.resumable;

import dev.reprise.Body;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.RequestFingerprint;
import java.time.Duration;

/** The fingerprint of a request that did not come by HTTP: its input. */
final class InputFingerprint {
    private static final int VERSION = 1;

    private InputFingerprint() {}

    static Operation operation(OperationId id, Resumable<?, ?, ?> type, Body input, Duration maxWait) {
        OperationPolicy policy =
                OperationPolicy.DEFAULT.withRetention(type.policy().retention()).withMaxWait(maxWait);
        RequestFingerprint fingerprint = new RequestFingerprint(VERSION, ChildKeys.sha256(input.bytes()));
        return new Operation(id, RequestFingerprint.Source.of(fingerprint), policy);
    }
}
