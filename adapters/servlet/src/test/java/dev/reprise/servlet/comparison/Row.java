package dev.reprise.servlet.comparison;

import org.jspecify.annotations.Nullable;

/**
 * A line of the table: a request, and what the application does with it.
 *
 * @param retry what becomes of a retry with the same key; null for what follows from the first answer
 */
record Row(
        String name,
        Request request,
        Handler handler,
        @Nullable Retry retry) {
    /** What becomes of a retry with the same key. */
    enum Retry {
        /** It gets the recorded answer without its body, which was too long or had no end (S21). */
        WITHOUT_BODY,
        /** It is refused, because nobody can tell what the first one did (S15). */
        UNKNOWN,
        /** It is executed: nothing was recorded of the first one (S14). */
        EXECUTED
    }

    static Row of(String name, Request request, Handler handler) {
        return new Row(name, request, handler, null);
    }

    Row then(Retry chosen) {
        return new Row(name, request, handler, chosen);
    }

    @Override
    public String toString() {
        return name;
    }
}
