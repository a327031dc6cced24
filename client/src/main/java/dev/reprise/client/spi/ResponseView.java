package dev.reprise.client.spi;

import java.util.Optional;
import java.util.OptionalInt;

/** What is known of a response when it is decided whether to retry: a view that each client's adapter gives. */
public interface ResponseView {
    /** The status. */
    int status();

    /** The first value of a field, whose name is case-insensitive. */
    Optional<String> field(String name);

    /** The beginning of the body of a 409, which says why; empty where it is not known, and for any other status. */
    String beginning();

    /**
     * The status of the redirect that made another request of this one on its way here, as a GET of a POST: this is no answer
     * to it then, and what happened is what the redirect says. Empty if there was none, or if the client cannot tell.
     */
    default OptionalInt divertedBy() {
        return OptionalInt.empty();
    }
}
