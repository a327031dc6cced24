package dev.reprise.console;

import dev.reprise.console.access.ConsoleSession;
import dev.reprise.console.access.ConsoleSession.Way;
import dev.reprise.console.operations.Initiator;
import dev.reprise.console.view.Frame;
import java.util.Locale;

/**
 * A request of somebody who has signed in.
 *
 * @param request the request
 * @param session who asks
 * @param query what is in the address
 * @param form what was typed
 * @param site where the console is, and what is in it
 * @param nonce what lets scripts of the response run
 */
record Visit(
        ConsoleRequest request, ConsoleSession session, Parameters query, Parameters form, Site site, String nonce) {
    /** What is around the page of that title. */
    Frame frame(String title) {
        return new Frame(
                site.mount(),
                nonce,
                title,
                session.user().name(),
                session.user().role().name().toLowerCase(Locale.ROOT),
                session.csrf(),
                mayAct(),
                site.settings().readOnly(),
                session.proof().way() == Way.PROXY || session.proof().way() == Way.SERVER,
                site.activity() != null);
    }

    /** Whether who asks may change something. */
    boolean mayAct() {
        return site.mayAct(session.user());
    }

    /** Who wants it, and the reason that was typed. */
    Initiator initiator() {
        return new Initiator(session.user().name(), reason());
    }

    String reason() {
        return form.first("reason").replace("\r\n", "\n").strip();
    }

    /** What is wrong with the reason that was typed; empty if nothing is. */
    String reasonProblem() {
        int length = reason().length();
        if (length == 0) {
            return "Say why; somebody will want to know";
        }
        return length > Initiator.MOST_REASON || reason().indexOf('\0') >= 0
                ? "Say it in up to " + Initiator.MOST_REASON + " characters; these are " + length
                : "";
    }

    /** The operation that the query or the form names. */
    OperationRef operation() {
        return OperationRef.parse(form.has("op") ? form.first("op") : query.first("op"));
    }
}
