package dev.reprise.http;

import java.util.List;

/** What an adapter shows of a request before its body is read. */
public interface RequestView {
    /** The method, in the case in which it was sent. */
    String method();

    /** The path as it was sent, still percent-encoded, without the query. */
    String path();

    /**
     * The path by which the request finds its handler, and so its route. The one that was sent, unless the adapter knows
     * better: a container that decodes and resolves paths before it dispatches shows the outcome of that.
     */
    default RequestPath dispatchPath() {
        return RequestPath.sent(path());
    }

    /** The query as it was sent, without the question mark; empty if there is none. */
    String query();

    /** The values of all field lines of that name, in order; the name is matched case-insensitively. */
    List<String> header(String name);

    /**
     * Who asks: derived from the authenticated credential, never from something the caller can choose freely (S12).
     * Anonymous callers share one principal.
     */
    String principal();
}
