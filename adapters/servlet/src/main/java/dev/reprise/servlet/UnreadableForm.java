package dev.reprise.servlet;

import jakarta.servlet.http.HttpServletResponse;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A form in a request body that cannot be read, reported to the application by the containers' exception for it. */
final class UnreadableForm extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1;

    private final int status;

    /** @param status what the caller gets if the application does not deal with it */
    UnreadableForm(int status, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    int status() {
        return status;
    }

    boolean isTooLong() {
        return status == HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE;
    }

    /** The one that a failure goes back to. */
    static @Nullable UnreadableForm in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnreadableForm form) {
                return form;
            }
        }
        return null;
    }
}
