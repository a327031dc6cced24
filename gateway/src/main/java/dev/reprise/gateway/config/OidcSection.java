package dev.reprise.gateway.config;

import dev.reprise.console.oidc.OidcSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said about a provider of OpenID Connect that signs people in to the console; null is what was not said.
 *
 * @param issuer the provider, as it calls itself
 * @param clientId what the console is called there
 * @param clientSecretFile the file with the secret of the client. Default: the environment variable {@value #SECRET_VARIABLE}, and a public
 *     client without it
 * @param scopes what is asked for besides {@code openid}. Default: nothing
 * @param nameClaim the claim with the name that the audit has. Default: {@value OidcSettings#SUBJECT}
 * @param groupsClaim the claim with the groups. Default: {@value OidcSettings#GROUPS}
 * @param operators the groups that may change something
 * @param viewers the groups that may see everything. Default: no further ones
 * @param longestSession how long somebody stays before the provider is asked again. Default: an hour
 */
public record OidcSection(
        @Nullable URI issuer,
        @Nullable String clientId,
        @Nullable Path clientSecretFile,
        @Nullable Set<String> scopes,
        @Nullable String nameClaim,
        @Nullable String groupsClaim,
        @Nullable Set<String> operators,
        @Nullable Set<String> viewers,
        @Nullable Duration longestSession) {
    /** The environment variable with the secret, for who would rather not have a file. */
    public static final String SECRET_VARIABLE = "REPRISE_CONSOLE_CLIENT_SECRET";

    /**
     * Everything filled in that was not said.
     *
     * @throws ConfigException if it does not add up, or the secret cannot be read
     */
    OidcSettings complete(Map<String, String> environment) {
        if (issuer == null || clientId == null) {
            throw new ConfigException("console.oidc needs an issuer and a client-id").at("/console/oidc");
        }
        try {
            return new OidcSettings(
                    issuer,
                    clientId,
                    clientSecretFile == null
                            ? environment.get(SECRET_VARIABLE)
                            : SecretFiles.text("console.oidc.client-secret-file", clientSecretFile),
                    orElse(scopes, Set.of()),
                    orElse(nameClaim, OidcSettings.SUBJECT),
                    orElse(groupsClaim, OidcSettings.GROUPS),
                    orElse(operators, Set.of()),
                    orElse(viewers, Set.of()),
                    orElse(longestSession, OidcSettings.SESSION));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("console.oidc: " + e.getMessage(), e).at("/console/oidc");
        }
    }

    private static <V> V orElse(@Nullable V said, V byDefault) {
        return Objects.requireNonNullElse(said, byDefault);
    }
}
