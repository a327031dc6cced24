package dev.reprise.servlet.comparison;

/** What is compared. */
enum Aspect {
    /** What the application found out. */
    SEEN,
    /** The status that the caller got. */
    STATUS,
    /** The header fields that the caller got, but for those that belong to one exchange or to the filter. */
    FIELDS,
    /** The length that was announced, if one was. */
    LENGTH,
    /** The body that the caller got, and whether it came to its end. */
    BODY,
    /** The trailer fields that the caller got. */
    TRAILERS,
    /** What came before the answer. */
    INTERIM,
    /** Whether the connection could be used again. */
    CONNECTION,
    /** What a retry with the same key got. */
    RETRY
}
