package dev.reprise.testkit.simulation;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Owner;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** People who end operations by hand, as {@code reprise operations} does. */
final class Operators {
    /** What a resolved operation answers. */
    static final String RESOLVED = "resolved by an operator";

    private final Oracle oracle;
    private final StoreLink link;
    private long claims;

    Operators(SharedStore shared) {
        this.oracle = shared.world().oracle();
        this.link = new StoreLink(shared, new SimulatedProcess("operator"), true);
    }

    void act(OperationId id, Disturbance.Operator.Action action) {
        try {
            switch (action) {
                case PURGE -> link.purgeExpired(10);
                case RELEASE -> end(id, link::release);
                case RESOLVE -> end(id, lease -> link.complete(lease, resolved(), Duration.ofHours(1)));
                case RESUME, PAUSE, UNPAUSE, ANSWER, RESUME_AND_ANSWER ->
                    throw new IllegalStateException("There are no steps here");
            }
        } catch (StoreException | SimulatedError e) {
            // They see that it went wrong, and leave it.
        }
    }

    private static Response resolved() {
        return new Response(200, Headers.EMPTY, Body.of(RESOLVED.getBytes(StandardCharsets.UTF_8)));
    }

    private void end(OperationId id, Consumer<Lease> ending) {
        Optional<OperationRecord> found =
                link.find(id).filter(record -> record.state() instanceof Unknown || record.abandonedAt(oracle.now()));
        if (found.isPresent()) {
            OperationRecord record = found.get();
            Claim claim = new Claim(id, record.fingerprint(), new Owner("operator", ++claims), RunRules.LEASE)
                    .takingOverFrom(record.token());
            if (link.acquire(claim) instanceof Acquisition.Acquired(Lease lease)) {
                ending.accept(lease);
            }
        }
    }
}
