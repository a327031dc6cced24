package dev.reprise.console.oidc;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import dev.reprise.console.access.SignInFailure;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What the provider says about itself: asked for when somebody signs in, so that nothing waits for it before, and again after an hour.
 * Thread-safe; two who come first both ask.
 */
final class Discovery {
    private static final Duration FRESH = Duration.ofHours(1);

    private final OidcSettings settings;
    private final ProviderClient client;
    private final InstantSource clock;
    private volatile @Nullable Known known;

    private record Known(Provider provider, Instant until) {}

    Discovery(OidcSettings settings, ProviderClient client, InstantSource clock) {
        this.settings = settings;
        this.client = client;
        this.clock = clock;
    }

    /** The provider as it is now. */
    Provider provider() throws Setback {
        Known former = known;
        if (former != null && clock.instant().isBefore(former.until())) {
            return former.provider();
        }
        Provider asked = new Provider(settings, metadata(), client);
        known = new Known(asked, clock.instant().plus(FRESH));
        return asked;
    }

    private OIDCProviderMetadata metadata() throws Setback {
        Issuer issuer = new Issuer(settings.issuer());
        OIDCProviderMetadata metadata;
        try {
            metadata = OIDCProviderMetadata.parse(client.text(place()));
        } catch (IOException e) {
            throw Setback.unreachable("its configuration", e);
        } catch (ParseException e) {
            throw new Setback(SignInFailure.UNREACHABLE, "its configuration cannot be read");
        }
        if (!metadata.getIssuer().equals(issuer)) {
            throw new Setback(
                    SignInFailure.UNREACHABLE,
                    "it calls itself " + metadata.getIssuer() + ", and the settings call it " + issuer);
        }
        requireProtected("authorization_endpoint", metadata.getAuthorizationEndpointURI());
        requireProtected("token_endpoint", metadata.getTokenEndpointURI());
        requireProtected("jwks_uri", metadata.getJWKSetURI());
        return metadata;
    }

    /** OpenID Connect Discovery 1.0, section 4. */
    private URI place() {
        String issuer = settings.issuer().toString();
        return URI.create((issuer.endsWith("/") ? issuer : issuer + "/") + ".well-known/openid-configuration");
    }

    private static void requireProtected(String name, @Nullable URI address) throws Setback {
        if (address == null || !OidcSettings.isProtected(address)) {
            throw new Setback(
                    SignInFailure.UNREACHABLE, "its configuration has no " + name + " that is reached by TLS");
        }
    }
}
