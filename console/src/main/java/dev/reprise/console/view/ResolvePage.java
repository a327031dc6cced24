package dev.reprise.console.view;

import org.jspecify.annotations.Nullable;

/**
 * An answer that somebody types.
 *
 * @param ref of which operation
 * @param key its key
 * @param route its route
 * @param status the status, as it was typed
 * @param headers the fields, one a line
 * @param body the content
 * @param base64 whether the content is written in Base64
 * @param statusError what is wrong with the status; null if nothing is
 * @param headersError the same of the fields
 * @param bodyError the same of the content
 * @param back where to go instead
 */
public record ResolvePage(
        String ref,
        String key,
        String route,
        String status,
        String headers,
        String body,
        boolean base64,
        @Nullable String statusError,
        @Nullable String headersError,
        @Nullable String bodyError,
        String back) {}
