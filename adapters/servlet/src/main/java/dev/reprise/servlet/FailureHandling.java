package dev.reprise.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What the application around a filter makes of failures.
 *
 * @param errorPage renders errors; without one they are plain text
 * @param refusals failures that are answered further out, and mean that nothing was done
 */
record FailureHandling(@Nullable String errorPage, BiPredicate<HttpServletRequest, Throwable> refusals) {
    static final FailureHandling UNKNOWN = new FailureHandling(null, (request, failure) -> false);

    FailureHandling withErrorPage(String path) {
        return new FailureHandling(path, refusals);
    }

    FailureHandling withRefusals(BiPredicate<HttpServletRequest, Throwable> chosen) {
        return new FailureHandling(errorPage, chosen);
    }
}
