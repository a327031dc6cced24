package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.IdentityProvider;
import dev.reprise.console.access.PendingSignIn;
import dev.reprise.console.access.Role;
import dev.reprise.console.access.SignInFailure;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the console sees to by itself when a provider says who somebody is; what the provider says is in a module of its own. */
class ProviderSignInTest extends ConsoleFixture {
    private final ScriptedProvider provider = new ScriptedProvider();

    /** Knows whoever shows the code {@code good}. */
    private static final class ScriptedProvider implements IdentityProvider {
        private final List<PendingSignIn> sent = new ArrayList<>();
        private Direction direction = new To(URI.create("https://sso.example/authorize"));
        private Finding finding = new Named(OLIVIA, "sub-1");
        private Runnable waiting = () -> {};
        private int asked;

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

        private String callback(String code) {
            return ProviderSignIn.CALLBACK + "?code=" + code + "&state="
                    + sent.getLast().state();
        }
    }

    @BeforeEach
    void mount() {
        console.close();
        console = console(settings().users(null).provider(provider));
    }

    private Surfer begun() {
        Surfer surfer = surfer();
        assertThat(surfer.get(ProviderSignIn.BEGIN).status()).isEqualTo(303);
        return surfer;
    }

    private Surfer signedIn() {
        Surfer surfer = begun();
        assertThat(location(surfer.get(provider.callback("good")))).isEqualTo(MOUNT + ProviderSignIn.GO_ON);
        return surfer;
    }

    private static String location(ConsoleResponse response) {
        assertThat(response.status()).isEqualTo(303);
        return response.headers().first("Location").orElseThrow();
    }

    private static void isRefused(ConsoleResponse response, String why) {
        assertThat(location(response)).isEqualTo(MOUNT + "/sign-in?why=" + why);
        assertThat(response.headers().first("Set-Cookie")).isEmpty();
    }

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
    class An_attack {
        @Test
        void with_a_session_that_was_planted_finds_another_one() {
            Surfer victim = surfer().withCookie("planted");
            victim.get(ProviderSignIn.BEGIN);
            victim.get(provider.callback("good"));

            assertThat(victim.cookie()).hasSize(43);
            assertThat(surfer().withCookie("planted").get("/").status()).isEqualTo(303);
        }

        @Test
        void with_an_own_session_does_not_share_that_of_the_victim() {
            Surfer attacker = signedIn();
            Surfer victim = surfer().withCookie(attacker.cookie());
            provider.finding = new IdentityProvider.Named(VICTOR, "sub-3");
            victim.get(ProviderSignIn.BEGIN);
            assertThat(attacker.get("/").status())
                    .as("it ended when the victim began")
                    .isEqualTo(303);
            victim.get(provider.callback("good"));

            assertThat(victim.cookie()).isNotEqualTo(attacker.cookie());
        }

        @Test
        void that_makes_a_victim_come_back_with_the_answer_of_the_attacker_signs_nobody_in() {
            Surfer attacker = begun();
            String callback = provider.callback("good");
            Surfer without = surfer();
            Surfer own = begun();

            isRefused(without.get(callback), "stale");
            isRefused(own.get(callback), "stale");
            assertThat(provider.asked).isZero();
            assertThat(location(own.get(provider.callback("good"))))
                    .as("their own sign-in goes on")
                    .endsWith("/go-on");
            assertThat(location(attacker.get(callback))).endsWith("/go-on");
        }

        @Test
        void on_somebody_who_is_in_leaves_them_who_they_are() {
            Surfer victim = signedIn();
            Surfer attacker = begun();
            provider.finding = new IdentityProvider.Named(VICTOR, "sub-3");

            isRefused(victim.get(provider.callback("good")), "stale");

            assertThat(page(victim, "/")).contains("olivia, operator");
            assertThat(location(attacker.get(provider.callback("good")))).endsWith("/go-on");
        }

        @Test
        void that_replays_a_callback_gets_nowhere_even_with_the_cookie() {
            Surfer surfer = begun();
            Surfer thief = surfer().withSignInOf(surfer);
            String callback = provider.callback("good");
            surfer.get(callback);

            isRefused(surfer.get(callback), "stale");
            isRefused(thief.get(callback), "stale");
            assertThat(provider.asked).isEqualTo(1);
        }

        @Test
        void that_comes_too_late_gets_nowhere() {
            Surfer surfer = begun();
            clock.advance(Duration.ofMinutes(10));

            isRefused(surfer.get(provider.callback("good")), "stale");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"", "?", "?state=", "?code=good", "?state=a&state=b", "?state=%zz", "?error=access_denied"})
        void with_an_answer_that_is_none_gets_nowhere(String query) {
            isRefused(begun().get(ProviderSignIn.CALLBACK + query), "stale");
            assertThat(provider.asked).isZero();
        }

        @Test
        void with_a_state_twice_gets_nowhere_though_one_is_right() {
            Surfer surfer = begun();

            isRefused(surfer.get(provider.callback("good") + "&state=x"), "stale");
        }

        @Test
        void that_guesses_codes_is_slowed_down() {
            for (int i = 0; i < 5; i++) {
                isRefused(begun().get(provider.callback("guess")), "unbelievable");
            }

            isRefused(begun().get(provider.callback("good")), "too-often");
            assertThat(provider.asked).isEqualTo(5);
            clock.advance(Duration.ofSeconds(2));
            assertThat(location(begun().get(provider.callback("good")))).endsWith("/go-on");
        }

        @ParameterizedTest
        @ValueSource(strings = {"cross-site", "same-site", "none"})
        void from_a_page_of_somebody_else_begins_nothing(String site) {
            ConsoleResponse response = surfer().with("Sec-Fetch-Site", site).get(ProviderSignIn.BEGIN);

            assertThat(location(response)).isEqualTo("/console/sign-in");
            assertThat(response.headers().first("Set-Cookie")).isEmpty();
            assertThat(provider.sent).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "?return=https://evil.example",
                    "?redirect_uri=https://evil.example",
                    "?next=//evil.example",
                    "/..%2f..//evil.example"
                })
        void cannot_choose_where_the_browser_goes(String tail) {
            Surfer surfer = surfer();

            assertThat(location(surfer.get(ProviderSignIn.BEGIN + tail)))
                    .isIn("https://sso.example/authorize", "/console/sign-in");
            surfer.get(ProviderSignIn.BEGIN);
            String and = tail.replace("?", "&").replace("/..%2f", "&x=");
            assertThat(location(surfer.get(provider.callback("good") + and))).isEqualTo("/console/sign-in/go-on");
            assertThat(surfer.get(ProviderSignIn.GO_ON + tail)
                            .headers()
                            .first("Refresh")
                            .orElse("0; url=/console/"))
                    .isEqualTo("0; url=/console/");
        }

        @Test
        void cannot_have_its_words_shown() {
            ConsoleResponse page = surfer().get("/sign-in?why=%3Cscript%3Ealert(1)%3C/script%3E");

            assertThat(page.status()).isEqualTo(200);
            assertThat(Surfer.text(page)).doesNotContain("alert(1)", "role=\"alert\"");
        }

        @Test
        void that_begins_sign_ins_without_end_has_room_for_a_thousand() {
            Surfer first = begun();
            String callback = provider.callback("good");
            for (int i = 0; i < 999; i++) {
                surfer().get(ProviderSignIn.BEGIN);
            }
            assertThat(location(first.get(callback))).as("there is room").endsWith("/go-on");

            Surfer second = begun();
            callback = provider.callback("good");
            for (int i = 0; i < 1_000; i++) {
                surfer().get(ProviderSignIn.BEGIN);
            }
            isRefused(second.get(callback), "stale");
        }

        @Test
        void by_a_name_of_its_own_needs_a_console_that_answers_to_all() {
            assertThatThrownBy(() ->
                            ConsoleSettings.inApplication().provider(provider).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("say which it has");
        }

        @Test
        void by_another_name_of_this_host_gets_nowhere() {
            Surfer surfer = begun();

            assertThat(surfer.with("Host", "evil.example")
                            .get(provider.callback("good"))
                            .status())
                    .isEqualTo(421);
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
