package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.console.access.IdentityProvider;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody may try who means no good, where a provider lets people in. */
class ProviderAttackTest extends ProviderFixture {
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
    @ValueSource(strings = {"", "?", "?state=", "?code=good", "?state=a&state=b", "?state=%zz", "?error=access_denied"})
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
    void that_makes_up_codes_shuts_nobody_out_of_the_same_address() {
        for (int i = 0; i < 200; i++) {
            isRefused(begun().get(provider.callback("guess")), "unbelievable");
        }

        assertThat(location(begun().get(provider.callback("good")))).endsWith("/go-on");
    }

    @Test
    void that_sends_wrong_tokens_shuts_nobody_out_of_the_provider() {
        console.close();
        console = console(settings().provider(provider));
        for (int i = 0; i < 200; i++) {
            surfer().post("/sign-in", "token", "guess");
        }
        assertThat(surfer().post("/sign-in", "token", "guess").status()).isEqualTo(429);

        assertThat(location(begun().get(provider.callback("good")))).endsWith("/go-on");
    }

    @Test
    void that_sends_tokens_where_there_are_none_is_told_so_however_often() {
        for (int i = 0; i < 200; i++) {
            ConsoleResponse response = surfer().post("/sign-in", "token", "guess");

            assertThat(response.status()).isEqualTo(403);
            assertThat(Surfer.text(response)).contains("Tokens let nobody in here");
        }
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
        assertThatThrownBy(
                        () -> ConsoleSettings.inApplication().provider(provider).build())
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
