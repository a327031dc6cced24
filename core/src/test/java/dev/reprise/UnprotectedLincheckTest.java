package dev.reprise;

import static dev.reprise.Interleavings.check;
import static dev.reprise.Interleavings.require;
import static dev.reprise.Interleavings.together;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Nobody begins without protection beside another one, whatever the interleaving (S22). */
class UnprotectedLincheckTest {
    private static final OperationId ID = new OperationId(new Scope("alice", "/"), new IdempotencyKey("k"));

    private static void alone(Unprotected unprotected, AtomicInteger inside) {
        if (unprotected.begins(ID)) {
            require(inside.incrementAndGet() == 1, "alone");
            inside.decrementAndGet();
            unprotected.ends(ID);
        }
    }

    @Test
    void two_that_begin_are_never_there_together() {
        check(300, () -> {
            Unprotected unprotected = new Unprotected(id -> false);
            AtomicInteger inside = new AtomicInteger();
            together(() -> alone(unprotected, inside), () -> alone(unprotected, inside));
            require(unprotected.begins(ID), "all have ended");
        });
    }

    @Test
    void nobody_begins_beside_a_lease_and_everybody_may_afterwards() {
        check(300, () -> {
            AtomicInteger leases = new AtomicInteger(1);
            Unprotected unprotected = new Unprotected(id -> leases.get() > 0);
            together(
                    () -> require(!unprotected.begins(ID), "a lease is known"),
                    () -> require(!unprotected.begins(ID), "a lease is known"));
            leases.decrementAndGet();
            require(unprotected.begins(ID), "the lease has ended");
        });
    }
}
