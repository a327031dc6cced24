package dev.reprise.console.oidc;

import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.IdentityProvider.Named;
import dev.reprise.console.access.Role;
import dev.reprise.console.access.SignInFailure;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who somebody is here, by the claims of their ID token. */
final class Person {
    private static final String EMAIL = "email";

    private Person() {}

    /** The user, if there is a name for them, and one of their groups may use the console. */
    static Named named(OidcSettings settings, IDTokenClaimsSet claims) throws Setback {
        String subject = subject(claims);
        Optional<Role> role = settings.role(groups(claims.getClaim(settings.groupsClaim())));
        if (role.isEmpty()) {
            throw new Setback(
                    SignInFailure.NO_ROLE,
                    subject + " is in no group that may use it, by the claim " + settings.groupsClaim());
        }
        try {
            return new Named(new ConsoleUser(name(settings, claims, subject), role.get()), subject);
        } catch (IllegalArgumentException e) {
            throw nameless(subject, settings, "is no name that the audit can hold");
        }
    }

    private static String subject(IDTokenClaimsSet claims) throws Setback {
        String subject = claims.getSubject().getValue();
        if (!subject.matches("[\\x20-\\x7e]{1,255}")) {
            throw new Setback(
                    SignInFailure.UNBELIEVABLE, "the sub of its ID token is not 1 to 255 characters of ASCII");
        }
        return subject;
    }

    private static String name(OidcSettings settings, IDTokenClaimsSet claims, String subject) throws Setback {
        String claim = settings.nameClaim();
        if (!(claims.getClaim(claim) instanceof String name)) {
            throw nameless(subject, settings, "is not in its ID token");
        }
        if (claim.equals(EMAIL) && !isTrue(claims.getClaim("email_verified"))) {
            // Whoever types the address of somebody else would be them in the audit.
            throw nameless(subject, settings, "is not said to be verified");
        }
        return name;
    }

    private static Setback nameless(String subject, OidcSettings settings, String why) {
        return new Setback(
                SignInFailure.NAMELESS, "for " + subject + ", the claim " + settings.nameClaim() + " " + why);
    }

    /** Some write it as a text. */
    private static boolean isTrue(@Nullable Object value) {
        return Boolean.TRUE.equals(value) || "true".equals(value);
    }

    /** One group or several; what is no text is none. */
    private static Collection<String> groups(@Nullable Object claim) {
        return switch (claim) {
            case String one -> List.of(one);
            case Collection<?> several ->
                several.stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .toList();
            case null, default -> List.of();
        };
    }
}
