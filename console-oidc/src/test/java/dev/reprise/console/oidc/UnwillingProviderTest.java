package dev.reprise.console.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import dev.reprise.console.access.IdentityProvider.To;
import dev.reprise.console.access.SignInFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider that does not answer as it should keeps nobody waiting for long, and lets nobody in. */
@Timeout(60)
class UnwillingProviderTest extends OidcFixture {
    private static final Duration SHORT = Duration.ofMillis(300);

    private final CountDownLatch over = new CountDownLatch(1);

    @AfterEach
    void end() {
        over.countDown();
    }

    private void fails(String path, String... words) {
        forging.giveOut(
                ForgingProvider.signed(forging.key(), forging.claims(begun).build()));
        Object result =
                path.equals(ForgingProvider.CONFIGURATION) ? provider.direct(begun) : provider.find(begun, query());
        failed(result, SignInFailure.UNREACHABLE, words);
    }

    private void impatient() {
        use(settings("sub", null), SHORT);
    }

    /** Begins an answer, and goes on with it until the test is over. */
    private HttpHandler dripping() {
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                while (!over.await(20, TimeUnit.MILLISECONDS)) {
                    out.write(' ');
                    out.flush();
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {ForgingProvider.CONFIGURATION, ForgingProvider.TOKEN, ForgingProvider.KEYS})
    void that_says_nothing_is_given_up(String path) {
        impatient();
        forging.answer(path, exchange -> {
            try {
                over.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });

        fails(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {ForgingProvider.CONFIGURATION, ForgingProvider.TOKEN, ForgingProvider.KEYS})
    void that_never_ends_what_it_says_is_given_up(String path) {
        impatient();
        forging.answer(path, dripping());

        fails(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {ForgingProvider.CONFIGURATION, ForgingProvider.TOKEN, ForgingProvider.KEYS})
    void that_says_too_much_is_not_listened_to(String path) {
        forging.pad(path, 1_000);
        assertThat(provider.direct(begun)).isInstanceOf(To.class);
        named(found(ForgingProvider.signed(forging.key(), forging.claims(begun).build())));
        use(settings("sub", null), PATIENCE);

        forging.pad(path, ProviderClient.LONGEST_ANSWER);

        fails(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {ForgingProvider.CONFIGURATION, ForgingProvider.KEYS})
    void that_fails_or_sends_us_elsewhere_is_not_followed(String path) {
        for (int status : List.of(201, 301, 302, 307, 404, 500, 503)) {
            forging.misdirect(path, status);

            fails(path);
        }
        assertThat(forging.asked("/elsewhere")).isZero();
    }

    @Test
    void that_gives_no_token_lets_nobody_in() {
        for (String answer : List.of("<html>", "{}", "[]", "null", "{\"id_token\": 7}", "")) {
            forging.answer(ForgingProvider.TOKEN, 200, answer);
            fails(ForgingProvider.TOKEN);
        }
        forging.answer(ForgingProvider.TOKEN, 400, "{\"error\": \"invalid_grant\", \"error_description\": \"c0de\"}");
        failed(provider.find(begun, query()), SignInFailure.UNBELIEVABLE, "invalid_grant");
        forging.answer(ForgingProvider.TOKEN, 500, "<html>c0de");
        failed(provider.find(begun, query()), SignInFailure.UNBELIEVABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "no json", "{\"issuer\": 7}"})
    void that_does_not_say_what_it_is_lets_nobody_in(String configuration) {
        forging.answer(ForgingProvider.CONFIGURATION, 200, configuration);

        fails(ForgingProvider.CONFIGURATION);
    }

    @Test
    void that_calls_itself_something_else_lets_nobody_in() {
        forging.answer(
                ForgingProvider.CONFIGURATION,
                200,
                forging.configuration().replaceFirst("127.0.0.1:\\d+", "sso.example"));

        fails(ForgingProvider.CONFIGURATION, "calls itself http://sso.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"authorization_endpoint", "token_endpoint", "jwks_uri"})
    void that_wants_to_be_asked_without_tls_lets_nobody_in(String endpoint) {
        forging.answer(
                ForgingProvider.CONFIGURATION,
                200,
                forging.configuration()
                        .replaceFirst(
                                "\"" + endpoint + "\": \"http://127.0.0.1:\\d+",
                                "\"" + endpoint + "\": \"http://sso.example"));

        fails(ForgingProvider.CONFIGURATION, endpoint);
    }

    @Test
    void that_is_not_there_is_found_when_it_is() throws IOException {
        int port = forging.port();
        forging.close();
        fails(ForgingProvider.CONFIGURATION, "its configuration");

        forging = ForgingProvider.start(port);

        assertThat(provider.direct(begun)).isInstanceOf(To.class);
    }

    @Test
    void is_asked_what_it_is_once_for_many() {
        for (int i = 0; i < 10; i++) {
            assertThat(provider.direct(begun)).isInstanceOf(To.class);
        }

        assertThat(forging.asked(ForgingProvider.CONFIGURATION)).isEqualTo(1);
    }

    @Test
    void gets_what_the_browser_has_to_bring_and_not_what_it_has_to_keep() {
        String address = ((To) provider.direct(begun)).address().toString();

        assertThat(address)
                .startsWith(forging.issuer() + "/authorize?")
                .contains(
                        "response_type=code",
                        "client_id=console",
                        "scope=openid",
                        "state=" + begun.state(),
                        "nonce=" + begun.nonce(),
                        "code_challenge_method=S256")
                .doesNotContain(begun.verifier());
    }
}
