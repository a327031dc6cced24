package dev.reprise.console.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.console.access.IdentityProvider.Failed;
import dev.reprise.console.access.IdentityProvider.Finding;
import dev.reprise.console.access.IdentityProvider.Named;
import dev.reprise.console.access.PendingSignIn;
import dev.reprise.console.access.SignInFailure;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A provider that gives out what a test makes, and a sign-in that has begun. */
abstract class OidcFixture {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    final PendingSignIn begun =
            PendingSignIn.begin(new SecureRandom(), "http://127.0.0.1:8081/console/sign-in/callback");

    @SuppressWarnings("NullAway.Init")
    ForgingProvider forging;

    @SuppressWarnings("NullAway.Init")
    OidcProvider provider;

    @BeforeEach
    final void open() throws IOException {
        forging = ForgingProvider.start();
        provider = new OidcProvider(settings("sub", null), PATIENCE, InstantSource.system());
    }

    @AfterEach
    final void close() {
        provider.close();
        forging.close();
    }

    final OidcSettings settings(String nameClaim, @Nullable String secret) {
        return new OidcSettings(
                forging.issuer(),
                ForgingProvider.CLIENT,
                secret,
                Set.of(),
                nameClaim,
                "groups",
                Set.of("oncall"),
                Set.of("payments"),
                Duration.ofHours(1));
    }

    /** Uses other settings, or another patience. */
    final void use(OidcSettings settings, Duration patience) {
        provider.close();
        provider = new OidcProvider(settings, patience, InstantSource.system());
    }

    final String query() {
        return "code=c0de&state=" + begun.state();
    }

    /** Who comes back with a code for which this token is given out. */
    final Finding found(String token) {
        forging.giveOut(token);
        return provider.find(begun, query());
    }

    static Named named(Finding finding) {
        assertThat(finding).isInstanceOf(Named.class);
        return (Named) finding;
    }

    static void failed(Object result, SignInFailure why, String... words) {
        assertThat(result).isInstanceOf(Failed.class);
        Failed failed = (Failed) result;
        assertThat(failed.detail()).doesNotContain("c0de", "eyJ").doesNotContainPattern("\\p{Cntrl}");
        for (String word : words) {
            assertThat(failed.detail()).contains(word);
        }
        assertThat(failed.why()).as(failed.detail()).isEqualTo(why);
    }
}
