package dev.reprise.conformance.check;

import dev.reprise.conformance.wire.WireAttempt;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** A request whose response has not been looked at yet. */
final class Pending {
    private final Probe probe;
    private final WireRequest request;
    private final Future<WireAttempt> attempt;

    Pending(Probe probe, WireRequest request, Future<WireAttempt> attempt) {
        this.probe = probe;
        this.request = request;
        this.attempt = attempt;
    }

    /** Whether the response is there. */
    boolean isDone() {
        return attempt.isDone();
    }

    /** Waits for the response. */
    WireResponse await() {
        try {
            WireAttempt came = attempt.get();
            probe.note(
                    "meanwhile, " + probe.session().words().of(request),
                    probe.session().words().of(came));
            return Probe.answer(came);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LimitReachedException("The check was interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException("A connection tells its failures by what is read from it", e);
        }
    }
}
