package dev.reprise.console.servlet;

import dev.reprise.console.access.ConsoleUser;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which user of the console the application has authenticated. What it says is believed, so it looks at nothing that anybody could send.
 * Thread-safe.
 */
@FunctionalInterface
public interface ApplicationUsers {
    /**
     * Whose request it is; null if it is nobody's, or somebody's who may not use the console.
     *
     * @throws IllegalArgumentException if the user has a name that the audit has no room for
     */
    @Nullable
    ConsoleUser of(HttpServletRequest request);

    /**
     * Whoever the container has authenticated and has one of two roles. All others get nothing: an application has users, too, who are not to
     * see its operations.
     *
     * @param operator the role of those who see everything, and change it
     * @param viewer the role of those who see everything; null if there are none
     */
    static ApplicationUsers inRoles(String operator, @Nullable String viewer) {
        return where(
                request -> request.isUserInRole(operator), request -> viewer != null && request.isUserInRole(viewer));
    }

    /**
     * Whoever {@link HttpServletRequest#getUserPrincipal} names, in the role that is found out like this. Blanks and what cannot be shown in a
     * name are escaped as in a URL.
     *
     * @param operates whether that user sees everything, and changes it
     * @param views whether that user sees everything
     */
    static ApplicationUsers where(Predicate<HttpServletRequest> operates, Predicate<HttpServletRequest> views) {
        return request -> {
            Principal user = request.getUserPrincipal();
            return user == null
                    ? null
                    : ConsoleUser.authenticated(user.getName(), operates.test(request), views.test(request));
        };
    }
}
