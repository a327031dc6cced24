package dev.reprise;

import java.io.Serial;

/** What cannot even say what it is, as an error without memory for words. */
public final class UnspeakableError extends Error {
    @Serial
    private static final long serialVersionUID = 1;

    /** One that has no message. */
    public UnspeakableError() {}

    @Override
    public String getMessage() {
        throw new InternalError("no memory for a message, as injected");
    }

    @Override
    public String toString() {
        throw new InternalError("no memory for a text, as injected");
    }
}
