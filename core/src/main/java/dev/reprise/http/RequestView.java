package dev.reprise.http;

import java.util.List;

/** What an adapter shows of a request before its body is read. */
public interface RequestView {
    /** The method, in the case in which it was sent. */
    String method();

    /** The path as it was sent, still percent-encoded, without the query. */
    String path();

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
