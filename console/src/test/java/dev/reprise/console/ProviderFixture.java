package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.console.access.IdentityProvider;
import dev.reprise.console.access.PendingSignIn;
import dev.reprise.console.access.SignInFailure;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** A console to which people are let in by a provider that does as a test says. */
abstract class ProviderFixture extends ConsoleFixture {
    final ScriptedProvider provider = new ScriptedProvider();

    /** Knows whoever shows the code {@code good}. */
    static final class ScriptedProvider implements IdentityProvider {
        final List<PendingSignIn> sent = new ArrayList<>();
        Direction direction = new To(URI.create("https://sso.example/authorize"));
        Finding finding = new Named(OLIVIA, "sub-1");
        Runnable waiting = () -> {};
        int asked;

        @Override
        public String name() {
            return "sso.example";
        }

        @Override
        public Duration longestSession() {
            return Duration.ofHours(1);
        }

        @Override
        public synchronized Direction direct(PendingSignIn begun) {
            sent.add(begun);
            return direction;
        }

        @Override
        public Finding find(PendingSignIn begun, String query) {
            asked++;
            waiting.run();
            return query.contains("code=good")
                    ? finding
                    : new Failed(SignInFailure.UNBELIEVABLE, "the code was not good");
        }

        String callback(String code) {
            return ProviderSignIn.CALLBACK + "?code=" + code + "&state="
                    + sent.getLast().state();
        }
    }

    @BeforeEach
    final void mount() {
        console.close();
        console = console(settings().users(null).provider(provider));
    }

    final Surfer begun() {
        Surfer surfer = surfer();
        assertThat(surfer.get(ProviderSignIn.BEGIN).status()).isEqualTo(303);
        return surfer;
    }

    final Surfer signedIn() {
        Surfer surfer = begun();
        assertThat(location(surfer.get(provider.callback("good")))).isEqualTo(MOUNT + ProviderSignIn.GO_ON);
        return surfer;
    }

    static String location(ConsoleResponse response) {
        assertThat(response.status()).isEqualTo(303);
        return response.headers().first("Location").orElseThrow();
    }

    static void isRefused(ConsoleResponse response, String why) {
        assertThat(location(response)).isEqualTo(MOUNT + "/sign-in?why=" + why);
        assertThat(response.headers().first("Set-Cookie")).isEmpty();
    }
}
