package dev.reprise.resumable;

import dev.reprise.Body;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.RequestFingerprint;
import java.time.Duration;
import java.util.Optional;

/** The fingerprint of a request that did not come by HTTP: its input. */
final class InputFingerprint implements RequestFingerprint.Source {
    private static final int VERSION = 1;

    private final RequestFingerprint fingerprint;

    private InputFingerprint(Body input) {
        this.fingerprint = new RequestFingerprint(VERSION, ChildKeys.sha256(input.bytes()));
    }

    static Operation operation(OperationId id, Resumable<?, ?, ?> type, Body input, Duration maxWait) {
        OperationPolicy policy =
                OperationPolicy.DEFAULT.withRetention(type.policy().retention()).withMaxWait(maxWait);
        return new Operation(id, new InputFingerprint(input), policy);
    }

    @Override
    public RequestFingerprint current() {
        return fingerprint;
    }

    @Override
    public Optional<RequestFingerprint> of(int version) {
        return version == VERSION ? Optional.of(fingerprint) : Optional.empty();
    }
}
