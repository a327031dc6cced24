package dev.reprise.http;

import dev.reprise.Response;
import org.jspecify.annotations.Nullable;

/** What an adapter does next with a request. */
public sealed interface Next {
    /**
     * Pass the request on untouched: it is not protected.
     *
     * @param route the route that its path belongs to, if there is one
     * @param keyed whether it has a key anyway, in a field in which some route looks for keys; always false for
     *     methods that are safe to repeat
     */
    record PassThrough(@Nullable Route route, boolean keyed) implements Next {}

    /**
     * Write this response and be done.
     *
     * @param response a refusal or a replay
     */
    record Respond(Response response) implements Next {}

    /**
     * Read the whole body, and {@linkplain ProtectedRequest#begin begin}.
     *
     * @param request the request, by which to begin
     */
    record ReadBody(ProtectedRequest request) implements Next {}

    /**
     * Run the handler, capture its response, and in every case finish with one of the methods of {@link
     * HttpExecution}.
     *
     * @param execution the hold on the operation
     */
    record Run(HttpExecution execution) implements Next {}
}
