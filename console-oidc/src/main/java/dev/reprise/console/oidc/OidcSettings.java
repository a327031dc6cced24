package dev.reprise.console.oidc;

import dev.reprise.console.access.Role;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A provider of OpenID Connect, and who of those it knows may use the console. Knows nothing of the library that speaks with it.
 *
 * @param issuer the provider, as its ID tokens call it; by TLS unless it is on this machine
 * @param clientId what the console is called there
 * @param clientSecret what the console shows there; null for a public client
 * @param scopes what is asked for besides {@code openid}
 * @param nameClaim the claim with the name that the audit has
 * @param groupsClaim the claim with the groups
 * @param operators the groups that may change something
 * @param viewers the groups that may see everything; {@value #EVERYBODY} for whoever signs in
 * @param longestSession how long somebody stays before the provider is asked again
 */
public record OidcSettings(
        URI issuer,
        String clientId,
        @Nullable String clientSecret,
        Set<String> scopes,
        String nameClaim,
        String groupsClaim,
        Set<String> operators,
        Set<String> viewers,
        Duration longestSession) {
    /** In place of a group: whoever the provider signs in. */
    public static final String EVERYBODY = "*";
    /** The claim with a name that nobody can choose, and that nobody else ever gets. */
    public static final String SUBJECT = "sub";
    /** The claim that most providers have groups in. */
    public static final String GROUPS = "groups";
    /** How long somebody stays, unless it is said. */
    public static final Duration SESSION = Duration.ofHours(1);

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(12);

    /** @throws IllegalArgumentException if it does not add up; the message says what to change */
    public OidcSettings {
        requireIssuer(issuer);
        if (clientId.isBlank()) {
            throw new IllegalArgumentException("client-id is empty; it is what the provider calls this console");
        }
        if (clientSecret != null && clientSecret.isBlank()) {
            throw new IllegalArgumentException("the client secret is empty; leave it out for a public client");
        }
        if (nameClaim.isBlank() || groupsClaim.isBlank()) {
            throw new IllegalArgumentException("name-claim and groups-claim are names of claims, and not empty");
        }
        scopes = Set.copyOf(scopes);
        operators = Set.copyOf(operators);
        viewers = Set.copyOf(viewers);
        scopes.forEach(OidcSettings::requireScope);
        if (operators.isEmpty() && viewers.isEmpty()) {
            throw new IllegalArgumentException("nobody would get in; name groups of operators, or of viewers");
        }
        if (operators.contains(EVERYBODY)) {
            throw new IllegalArgumentException("operators has \"*\", and whoever signs in could change everything");
        }
        if (longestSession.compareTo(SHORTEST) < 0 || longestSession.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("longest-session is from 1m to 12h");
        }
    }

    private static void requireIssuer(URI issuer) {
        if (issuer.getHost() == null
                || issuer.getRawQuery() != null
                || issuer.getRawFragment() != null
                || issuer.getRawUserInfo() != null) {
            // What it has too much of may be a password.
            throw new IllegalArgumentException(
                    "this is no issuer: one has a host, and neither user information nor a query or a fragment; write it as the "
                            + "provider does, as in https://sso.example/realms/staff");
        }
        if (!isProtected(issuer)) {
            throw new IllegalArgumentException("the issuer " + issuer + " is not reached by TLS, so anybody on the way "
                    + "could say who is an operator; write https://");
        }
    }

    /** The characters of RFC 6749, section 3.3. */
    private static void requireScope(String scope) {
        if (!scope.matches("[\\x21\\x23-\\x5b\\x5d-\\x7e]+")) {
            throw new IllegalArgumentException(
                    '"' + scope + "\" cannot be a scope; name one by one, as in [profile, groups]");
        }
    }

    /** Whether nobody on the way can read or change what is sent there: by TLS, or on this machine. */
    static boolean isProtected(URI address) {
        String host = address.getHost();
        if (host == null) {
            return false;
        }
        boolean here = host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
        return "https".equals(address.getScheme()) || ("http".equals(address.getScheme()) && here);
    }

    /** What somebody in these groups may do; empty if they may do nothing. */
    Optional<Role> role(Collection<String> groups) {
        if (groups.stream().anyMatch(operators::contains)) {
            return Optional.of(Role.OPERATOR);
        }
        return viewers.contains(EVERYBODY) || groups.stream().anyMatch(viewers::contains)
                ? Optional.of(Role.VIEWER)
                : Optional.empty();
    }

    /** The secret stays out of logs. */
    @Override
    public String toString() {
        return "OidcSettings[" + clientId + " at " + issuer + "]";
    }
}
