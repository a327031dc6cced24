package dev.reprise.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer that somebody types.
 *
 * @param about what it is the answer to, in sentences
 * @param action where the form goes
 * @param hidden what it carries beside the answer
 * @param status the status, as it was typed
 * @param headers the fields, one a line
 * @param body the content
 * @param base64 whether the content is written in Base64
 * @param statusError what is wrong with the status; null if nothing is
 * @param headersError the same of the fields
 * @param bodyError the same of the content
 * @param countable whether those that get it can be counted first
 * @param back where to go instead
 */
public record ResolvePage(
        String about,
        String action,
        List<HiddenField> hidden,
        String status,
        String headers,
        String body,
        boolean base64,
        @Nullable String statusError,
        @Nullable String headersError,
        @Nullable String bodyError,
        boolean countable,
        String back) {
    /** Copies the list. */
    public ResolvePage {
        hidden = List.copyOf(hidden);
    }
}
