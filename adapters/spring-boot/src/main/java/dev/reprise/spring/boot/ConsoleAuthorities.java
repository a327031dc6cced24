package dev.reprise.spring.boot;

import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.util.ClassUtils;

/** What users of the application may do, by Spring Security if it is there, and by their roles. */
final class ConsoleAuthorities {
    private static final boolean SECURITY = ClassUtils.isPresent(
            "org.springframework.security.core.Authentication", ConsoleAuthorities.class.getClassLoader());

    private ConsoleAuthorities() {}

    /** Whether the user of the request has it: as it is written, or as a role, which Spring Security begins with {@code ROLE_}. */
    static boolean has(HttpServletRequest request, @Nullable String authority) {
        Principal user = request.getUserPrincipal();
        if (user == null || authority == null || authority.isBlank()) {
            return false;
        }
        return request.isUserInRole(authority) || (SECURITY && Granted.has(user, authority));
    }

    /** Loaded only where Spring Security is there. */
    private static final class Granted {
        private static boolean has(Principal user, String authority) {
            return user instanceof Authentication authentication
                    && authentication.isAuthenticated()
                    && authentication.getAuthorities().stream()
                            .anyMatch(granted -> authority.equals(granted.getAuthority()));
        }
    }
}
