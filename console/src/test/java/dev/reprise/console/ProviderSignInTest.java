package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.IdentityProvider;
import dev.reprise.console.access.Role;
import dev.reprise.console.access.SignInFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the console sees to by itself when a provider says who somebody is; what the provider says is in a module of its own. */
class ProviderSignInTest extends ProviderFixture {
    @Nested
    class Somebody_the_provider_knows {
        @Test
        void is_sent_there_comes_back_and_is_in() {
            Surfer surfer = surfer();
            assertThat(Surfer.text(surfer.get("/sign-in")))
                    .contains("Sign in with sso.example")
                    .doesNotContain("type=\"password\"");

            ConsoleResponse sent = surfer.get(ProviderSignIn.BEGIN);
            assertThat(location(sent)).isEqualTo("https://sso.example/authorize");
            assertThat(sent.headers().first("Set-Cookie").orElseThrow())
                    .matches("reprise-sign-in=[\\w-]{43}; Path=/console/sign-in/; HttpOnly; SameSite=Lax; Max-Age=600");
            assertThat(provider.sent.getLast().callback()).isEqualTo("http://" + HOST + "/console/sign-in/callback");
            ConsoleResponse back = surfer.with("Sec-Fetch-Site", "cross-site").get(provider.callback("good"));

            assertThat(location(back)).isEqualTo("/console/sign-in/go-on");
            assertThat(back.headers().first("Set-Cookie").orElseThrow())
                    .startsWith("reprise-console=")
                    .endsWith("; Path=/console/; HttpOnly; SameSite=Strict");
            ConsoleResponse goOn = surfer.get(ProviderSignIn.GO_ON);
            assertThat(goOn.headers().first("Refresh")).hasValue("0; url=/console/");
            assertThat(Surfer.text(goOn)).contains("href=\"/console/\"");
            assertThat(page(surfer, "/")).contains("olivia, operator", "Sign out");
        }

        @Test
        void sees_and_changes_nothing_as_a_viewer() {
            OperationRef ref = unknown("k");
            provider.finding = new IdentityProvider.Named(new ConsoleUser("vera", Role.VIEWER), "sub-2");
            Surfer vera = signedIn();

            assertThat(page(vera, "/")).contains("vera, viewer");
            assertThat(vera.submit("/operation/release", "op", ref.text(), "reason", "r", "do", "yes")
                            .status())
                    .isEqualTo(403);
            assertThat(isUnknown(ref)).isTrue();
        }

        @Test
        void stays_for_an_hour_whatever_they_do() {
            Surfer surfer = signedIn();
            for (int i = 0; i < 59; i++) {
                clock.advance(Duration.ofMinutes(1));
                assertThat(surfer.get("/operations").status()).isEqualTo(200);
            }

            clock.advance(Duration.ofMinutes(1));

            assertThat(location(surfer.get("/operations"))).isEqualTo("/console/sign-in");
        }

        @Test
        void goes_when_they_do_nothing_or_sign_out() {
            Surfer idle = signedIn();
            Surfer leaving = signedIn();
            String cookie = leaving.cookie();

            assertThat(leaving.submit("/sign-out").status()).isEqualTo(303);
            assertThat(surfer().withCookie(cookie).get("/").status()).isEqualTo(303);
            clock.advance(Duration.ofMinutes(30));
            assertThat(idle.get("/").status()).isEqualTo(303);
        }

        @Test
        void may_sign_in_by_a_token_as_well_where_there_is_a_file_of_users() {
            console.close();
            console = console(settings().provider(provider));

            assertThat(Surfer.text(surfer().get("/sign-in"))).contains("Sign in with sso.example", "Token");
            assertThat(page(operator(), "/")).contains("olivia");
            assertThat(page(signedIn(), "/")).contains("olivia");
        }

        @Test
        void comes_back_by_tls_where_that_is_spoken_or_the_server_sees_it() {
            comesBackByTls(surfer().byTls());
            console.close();
            console = console(settings().tls(true).provider(provider));
            comesBackByTls(surfer());
        }

        private void comesBackByTls(Surfer surfer) {
            assertThat(surfer.get(ProviderSignIn.BEGIN)
                            .headers()
                            .first("Set-Cookie")
                            .orElseThrow())
                    .contains("; Secure");
            assertThat(provider.sent.getLast().callback()).startsWith("https://" + HOST);
            assertThat(surfer.get(provider.callback("good"))
                            .headers()
                            .first("Set-Cookie")
                            .orElseThrow())
                    .endsWith("; Secure");
        }
    }

    @Nested
    class A_failure {
        @ParameterizedTest
        @EnumSource(SignInFailure.class)
        void is_said_in_words_of_ours_and_leaves_nothing_in_the_address(SignInFailure why) {
            provider.finding = new IdentityProvider.Failed(why, "the log says this");
            String place = location(begun().get(provider.callback("good")));

            assertThat(place).matches("/console/sign-in\\?why=[a-z-]+");
            ConsoleResponse page = surfer().get(place.substring(MOUNT.length()));
            assertThat(page.status()).isEqualTo(why.status());
            assertThat(Surfer.text(page))
                    .contains(why.sentence(), "Sign in with sso.example")
                    .doesNotContain("the log says this");
        }

        @Test
        void of_the_provider_to_answer_begins_nothing() {
            provider.direction = new IdentityProvider.Failed(SignInFailure.UNREACHABLE, "it is down");

            isRefused(surfer().get(ProviderSignIn.BEGIN), "unreachable");
        }

        @Test
        void nobody_has_thought_of_lets_nobody_in() {
            provider.waiting = () -> {
                throw new IllegalStateException("with a secret");
            };

            isRefused(begun().get(provider.callback("good")), "unbelievable");
        }

        @Test
        void to_answer_in_time_keeps_four_waiting_and_no_more() throws Exception {
            CountDownLatch waiting = new CountDownLatch(4);
            CountDownLatch answered = new CountDownLatch(1);
            provider.waiting = () -> {
                waiting.countDown();
                try {
                    answered.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            };
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<ConsoleResponse>> responses = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    Surfer surfer = begun();
                    String callback = provider.callback("good");
                    responses.add(threads.submit(() -> surfer.get(callback)));
                }
                waiting.await();

                ConsoleResponse fifth = surfer().get(ProviderSignIn.BEGIN);
                answered.countDown();

                isRefused(fifth, "busy");
                for (Future<ConsoleResponse> response : responses) {
                    assertThat(location(response.get())).endsWith("/go-on");
                }
                assertThat(location(begun().get(provider.callback("good")))).endsWith("/go-on");
            }
        }
    }
}
