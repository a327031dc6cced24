package dev.reprise.http;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A request as an adapter shows it, before its body is read. */
public interface RequestView {
    /** The principal of all callers whom nobody knows. */
    String ANONYMOUS = "anonymous";

    /** The method, in the case in which it was sent. */
    String method();

    /** The path as it was sent, still percent-encoded, without the query. */
    String path();

    /**
     * The path that selects the handler, and so the route. Default: the path as it was sent. An adapter in a container
     * that decodes and resolves paths before it dispatches shows the result.
     */
    default RequestPath dispatchPath() {
        return RequestPath.sent(path());
    }

    /**
     * What stands before the {@linkplain #dispatchPath path that selects the handler}, percent-encoded: where the application is
     * that handles the request. Default: nothing.
     */
    default String contextPath() {
        return "";
    }

    /** The query as it was sent, without the question mark; empty if there is none. */
    String query();

    /** The values of all field lines of that name, in order; the name is matched case-insensitively. */
    List<String> header(String name);

    /**
     * Who asks: derived from the authenticated credential, never from something that the caller can choose (S12).
     * Callers whom nobody knows share the principal {@link #ANONYMOUS}.
     */
    String principal();

    /** The host that the request is for, with its port if that was sent. Default: the field {@code Host}. */
    default String host() {
        return String.join(",", header("Host"));
    }

    /** Says whether the caller has gone, on any thread. Default: null, because that cannot be known. */
    default @Nullable BooleanSupplier callerGone() {
        return null;
    }

    /** Whether nobody knows who asks. */
    default boolean isAnonymous() {
        return principal().equals(ANONYMOUS);
    }
}
