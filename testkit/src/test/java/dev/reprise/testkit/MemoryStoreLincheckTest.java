package dev.reprise.testkit;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * The in-memory store is linearizable: whatever the interleaving, results are those of some sequential order. Time
 * stands at an instant at which every lease has ended at once, so that take-overs race too.
 */
public class MemoryStoreLincheckTest {

    private static final OperationId ID = new OperationId(new Scope("alice", "/"), new IdempotencyKey("k"));
    private static final RequestFingerprint FINGERPRINT = new RequestFingerprint(1, new byte[] {1});
    private static final InstantSource NOW = InstantSource.fixed(Instant.EPOCH);

    private final MemoryStore store = new MemoryStore(NOW);

    /** The state, and the token's rank among those issued to this operation. */
    @Operation
    public String acquire(@Param(gen = IntGen.class, conf = "1:3") int owner) {
        return describe(store.acquire(new Claim(ID, FINGERPRINT, new Owner("n", owner), Duration.ZERO)));
    }

    @Operation
    public String takeOver(
            @Param(gen = IntGen.class, conf = "1:3") int owner, @Param(gen = IntGen.class, conf = "1:3") int token) {
        return describe(store.acquire(
                new Claim(ID, FINGERPRINT, new Owner("n", owner), Duration.ZERO).takingOverFrom(token(token))));
    }

    @Operation
    public String complete(@Param(gen = IntGen.class, conf = "1:3") int token) {
        return store.complete(lease(token), new Response(200, Headers.EMPTY, Body.EMPTY), Duration.ofHours(1))
                .name();
    }

    @Operation
    public String release(@Param(gen = IntGen.class, conf = "1:3") int token) {
        return store.release(lease(token)).name();
    }

    @Operation
    public String park(@Param(gen = IntGen.class, conf = "1:3") int token) {
        return store.park(lease(token), "reason").name();
    }

    @Operation
    public boolean parkAbandoned(@Param(gen = IntGen.class, conf = "1:3") int token) {
        return store.parkAbandoned(ID, token(token), "reason");
    }

    @Operation
    public boolean startReconciling(@Param(gen = IntGen.class, conf = "1:3") int token) {
        return store.startReconciling(ID, token(token), Duration.ofHours(1));
    }

    @Operation
    public String find() {
        return store.find(ID)
                .map(record -> kind(record.state()) + record.token().value())
                .orElse("none");
    }

    private static FencingToken token(int value) {
        return new FencingToken(value);
    }

    private static Lease lease(int token) {
        return new Lease(ID, token(token), 1, Duration.ZERO);
    }

    private static String describe(Acquisition acquisition) {
        return switch (acquisition) {
            case Acquisition.Acquired acquired ->
                "acquired " + acquired.lease().token().value();
            case Acquisition.Existing existing ->
                kind(existing.record().state()) + existing.record().token().value();
        };
    }

    private static String kind(OperationState state) {
        return state.kind() + " ";
    }

    @Test
    void is_linearizable_under_stress() {
        new StressOptions()
                .iterations(FullProof.WANTED ? 30 : 10)
                .invocationsPerIteration(2_000)
                .threads(3)
                .actorsPerThread(3)
                .check(MemoryStoreLincheckTest.class);
    }

    @Test
    void is_linearizable_in_every_interleaving_that_the_model_checker_tries() {
        new ModelCheckingOptions()
                .iterations(FullProof.WANTED ? 20 : 7)
                .invocationsPerIteration(300)
                .threads(2)
                .actorsPerThread(3)
                .check(MemoryStoreLincheckTest.class);
    }
}
