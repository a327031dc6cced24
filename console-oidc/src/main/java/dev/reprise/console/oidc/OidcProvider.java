package dev.reprise.console.oidc;

import dev.reprise.console.access.IdentityProvider;
import dev.reprise.console.access.PendingSignIn;
import java.time.Duration;
import java.time.InstantSource;

/**
 * A provider of OpenID Connect: the authorization code flow with PKCE, by discovery. Making one asks nobody; the provider may be down, and is
 * asked when somebody signs in. Thread-safe.
 *
 * <p>Who somebody is, is said by the ID token alone: its signature, issuer, audience, expiry and nonce are checked, and no other token is
 * kept. Clocks may differ by a minute.
 */
public final class OidcProvider implements IdentityProvider, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final OidcSettings settings;
    private final ProviderClient client;
    private final Discovery discovery;

    /** A provider that gets five seconds for each answer. */
    public OidcProvider(OidcSettings settings) {
        this(settings, PATIENCE, InstantSource.system());
    }

    OidcProvider(OidcSettings settings, Duration patience, InstantSource clock) {
        this.settings = settings;
        this.client = new ProviderClient(patience);
        this.discovery = new Discovery(settings, client, clock);
    }

    @Override
    public String name() {
        return settings.issuer().getHost();
    }

    @Override
    public Duration longestSession() {
        return settings.longestSession();
    }

    @Override
    public Direction direct(PendingSignIn begun) {
        try {
            return new To(discovery.provider().address(begun));
        } catch (Setback e) {
            return e.failed();
        }
    }

    @Override
    public Finding find(PendingSignIn begun, String query) {
        try {
            return Person.named(settings, discovery.provider().claims(begun, query));
        } catch (Setback e) {
            return e.failed();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
