package dev.reprise.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What a filter knows of the application around it.
 *
 * @param errorPage renders errors; without one they are plain text
 * @param refusals failures that are answered further out, and mean that nothing was done
 */
record Surroundings(@Nullable String errorPage, BiPredicate<HttpServletRequest, Throwable> refusals) {
    static final Surroundings UNKNOWN = new Surroundings(null, (request, failure) -> false);

    Surroundings withErrorPage(String path) {
        return new Surroundings(path, refusals);
    }

    Surroundings withRefusals(BiPredicate<HttpServletRequest, Throwable> chosen) {
        return new Surroundings(errorPage, chosen);
    }
}
