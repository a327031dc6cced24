package dev.reprise.client;

import java.util.Optional;

/** What is known of a response when it is decided whether to retry: a view that each client's adapter gives. */
public interface Answer {
    /** The status. */
    int status();

    /** The first value of a field, whose name is case-insensitive. */
    Optional<String> field(String name);

    /** The beginning of the body of a 409, which says why; empty where it is not known, and for any other status. */
    String beginning();
}
