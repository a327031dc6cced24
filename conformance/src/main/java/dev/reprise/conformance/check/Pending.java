package dev.reprise.conformance.check;

import dev.reprise.conformance.wire.Attempt;
import dev.reprise.conformance.wire.Request;
import dev.reprise.conformance.wire.Response;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** A request whose response has not been looked at yet. */
final class Pending {
    private final Probe probe;
    private final Request request;
    private final Future<Attempt> attempt;

    Pending(Probe probe, Request request, Future<Attempt> attempt) {
        this.probe = probe;
        this.request = request;
        this.attempt = attempt;
    }

    /** Whether the response is there. */
    boolean isDone() {
        return attempt.isDone();
    }

    /** Waits for the response. */
    Response await() {
        try {
            Attempt came = attempt.get();
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
