package dev.reprise.spring.boot;

import java.security.Principal;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.util.ClassUtils;

/** What users of the application may do, by Spring Security if it is there, and by their roles. */
final class ConsoleAuthorities {
    private static final boolean SECURITY = ClassUtils.isPresent(
            "org.springframework.security.core.Authentication", ConsoleAuthorities.class.getClassLoader());
    private static final String ROLE = "ROLE_";

    private ConsoleAuthorities() {}

    /**
     * Whether a user has it: as it is written, or as a role.
     *
     * @param user who is authenticated; null if nobody is
     * @param inRole whether that user is in a role, as the server says
     */
    static boolean has(@Nullable Principal user, @Nullable String authority, Predicate<String> inRole) {
        if (user == null || authority == null || authority.isBlank()) {
            return false;
        }
        return inRole.test(authority) || (SECURITY && Granted.has(user, authority));
    }

    /** The same where the server knows no roles: they are authorities, which Spring Security begins with {@code ROLE_}. */
    static boolean has(Principal user, @Nullable String authority) {
        return has(user, authority, role -> SECURITY && Granted.has(user, role.startsWith(ROLE) ? role : ROLE + role));
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
