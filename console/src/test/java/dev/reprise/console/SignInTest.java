package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.IdempotencyException;
import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.Role;
import dev.reprise.console.access.TokenFile;
import dev.reprise.console.access.TrustedHeader;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, for how long, and who is not whatever they try. */
class SignInTest extends ConsoleFixture {
    @Nested
    class Who_has_not_signed_in {
        @Test
        void sees_nothing_and_changes_nothing() {
            OperationRef ref = unknown("secret-key");
            Surfer stranger = surfer();

            for (String place :
                    List.of("/", "/live", "/operations", "/operation?op=" + ref.text(), "/audit.csv", "/job")) {
                ConsoleResponse response = stranger.get(place);
                assertThat(response.status()).as(place).isEqualTo(303);
                assertThat(response.headers().first("Location")).hasValue(MOUNT + "/sign-in");
                assertThat(Surfer.text(response)).doesNotContain("secret-key");
            }
            for (String place : Pages.ACTIONS) {
                assertThat(stranger.post(place, "op", ref.text(), "do", "yes", "reason", "r")
                                .status())
                        .isEqualTo(403);
            }
            assertThat(isUnknown(ref)).isTrue();
        }

        @Test
        void is_sent_to_the_sign_in_by_htmx_as_well() {
            ConsoleResponse response = surfer().with("HX-Request", "true").get("/live");

            assertThat(response.status()).isEqualTo(401);
            assertThat(response.headers().first("HX-Redirect")).hasValue(MOUNT + "/sign-in");
        }

        @Test
        void is_slowed_down_when_guessing_even_if_right_at_last() {
            Surfer guesser = surfer().from("10.0.0.9");
            for (int i = 0; i < 5; i++) {
                assertThat(guesser.post("/sign-in", "token", "guess" + i).status())
                        .isEqualTo(403);
            }

            assertThat(guesser.post("/sign-in", "token", operatorToken.text()).status())
                    .isEqualTo(429);
            assertThat(surfer().post("/sign-in", "token", operatorToken.text()).status())
                    .as("somebody elsewhere")
                    .isEqualTo(303);
            clock.advance(Duration.ofSeconds(2));
            assertThat(guesser.post("/sign-in", "token", operatorToken.text()).status())
                    .isEqualTo(303);
        }

        @Test
        void is_slowed_down_from_many_addresses_together() {
            for (int i = 0; i < 100; i++) {
                surfer().from("10.1.0." + i).post("/sign-in", "token", "guess");
            }

            assertThat(surfer().from("10.2.0.1")
                            .post("/sign-in", "token", "guess")
                            .status())
                    .isEqualTo(429);
            clock.advance(Duration.ofMinutes(1));
            assertThat(surfer().from("10.2.0.1")
                            .post("/sign-in", "token", "guess")
                            .status())
                    .isEqualTo(403);
        }
    }

    @Nested
    class A_session {
        @Test
        void has_an_id_that_nobody_could_choose_before() {
            Surfer victim = surfer().withCookie("chosen-by-somebody-else");

            victim.signIn(operatorToken.text());

            assertThat(victim.cookie()).isNotEqualTo("chosen-by-somebody-else").hasSize(43);
            assertThat(surfer().withCookie("chosen-by-somebody-else").get("/").status())
                    .isEqualTo(303);
        }

        @Test
        void gets_a_new_id_when_somebody_signs_in_again_and_the_old_one_ends() {
            Surfer operator = operator();
            String former = operator.cookie();

            operator.signIn(viewerToken.text());

            assertThat(operator.cookie()).isNotEqualTo(former);
            assertThat(surfer().withCookie(former).get("/").status()).isEqualTo(303);
            assertThat(page(operator, "/")).contains("victor");
        }

        @Test
        void has_a_cookie_that_scripts_and_other_sites_do_not_get() {
            ConsoleResponse plain = surfer().post("/sign-in", "token", operatorToken.text());
            console = console(settings().tls(true));
            ConsoleResponse tls = surfer().post("/sign-in", "token", operatorToken.text());

            assertThat(plain.headers().first("Set-Cookie").orElseThrow())
                    .endsWith("; Path=/console/; HttpOnly; SameSite=Strict");
            assertThat(tls.headers().first("Set-Cookie").orElseThrow()).endsWith("; Secure");
        }

        @Test
        void is_begun_and_goes_by_tls_where_the_server_sees_it() {
            Surfer seen = surfer().byTls().with("Origin", "https://" + HOST);
            ConsoleResponse response = seen.post("/sign-in", "token", operatorToken.text());

            assertThat(response.status()).isEqualTo(303);
            assertThat(response.headers().first("Set-Cookie").orElseThrow()).endsWith("; Secure");
            assertThat(seen.with("Origin", "http://" + HOST).post("/sign-out").status())
                    .as("from a page that somebody put in the way")
                    .isEqualTo(403);
        }

        @Test
        void ends_when_nothing_is_done_and_in_any_case_after_a_while() {
            Surfer idle = operator();
            Surfer busy = operator();
            for (int i = 0; i < 24; i++) {
                clock.advance(Duration.ofMinutes(29));
                assertThat(busy.get("/operations").status()).isEqualTo(200);
            }

            assertThat(idle.get("/").status()).isEqualTo(303);
            clock.advance(Duration.ofMinutes(25));
            assertThat(busy.get("/").status()).as("after twelve hours").isEqualTo(303);
        }

        @Test
        void does_not_last_because_a_page_looks_again_by_itself() {
            Surfer left = operator();
            for (int i = 0; i < 29; i++) {
                clock.advance(Duration.ofMinutes(1));
                assertThat(left.get("/live").status()).isEqualTo(200);
            }
            clock.advance(Duration.ofMinutes(1));

            assertThat(left.get("/live").status()).isEqualTo(303);
        }

        @Test
        void ends_by_signing_out() {
            Surfer operator = operator();
            String cookie = operator.cookie();

            assertThat(operator.submit("/sign-out").status()).isEqualTo(303);

            assertThat(surfer().withCookie(cookie).get("/").status()).isEqualTo(303);
        }

        @Test
        void ends_when_its_user_is_taken_out_of_the_file_or_gets_another_role() throws Exception {
            Surfer operator = operator();
            Surfer viewer = viewer();
            write(operatorToken.line(OLIVIA).replace("operator", "viewer"));
            Files.setLastModifiedTime(
                    users(),
                    java.nio.file.attribute.FileTime.from(
                            java.time.Instant.now().plusSeconds(5)));

            assertThat(viewer.get("/").status()).isEqualTo(303);
            assertThat(operator.get("/").status()).isEqualTo(303);
            assertThat(page(operator(), "/")).contains("olivia, viewer");
        }
    }

    @Nested
    class A_proxy_that_names_users {
        private Surfer through(String remote, String name) {
            return surfer().from(remote).with("X-User", name);
        }

        @Test
        void is_believed_from_its_address_and_from_no_other() {
            TrustedHeader header = new TrustedHeader("X-User", Set.of("10.0.0.1", "0:0:0:0:0:0:0:1"), Set.of("olga"));
            console = console(settings().proxy(header));

            assertThat(page(through("10.0.0.1", "olga"), "/")).contains("olga, operator");
            assertThat(page(through("::1", "vera"), "/")).contains("vera, viewer");
            assertThat(through("10.0.0.2", "olga").get("/").status()).isEqualTo(403);
            assertThat(through("127.0.0.1", "olga").get("/operations").status()).isEqualTo(403);
            assertThat(through("10.0.0.1", "a b\nc").get("/").status()).isEqualTo(403);
        }

        @Test
        void has_to_name_them_in_each_request() {
            TrustedHeader header = new TrustedHeader("X-User", Set.of("10.0.0.1"), Set.of("olga"));
            console = console(settings().users(null).proxy(header));
            Surfer olga = through("10.0.0.1", "olga");
            String csrf = olga.csrf();
            OperationRef ref = unknown("k");

            assertThat(olga.with("X-User", null).get("/").status()).isEqualTo(403);
            assertThat(olga.with("X-User", "vera")
                            .post("/operation/release", "csrf", csrf, "op", ref.text(), "reason", "r", "do", "yes")
                            .status())
                    .as("another user with her cookie and her form")
                    .isEqualTo(403);
            assertThat(isUnknown(ref)).isTrue();
        }
    }

    @Nested
    class A_server_that_authenticates_users {
        private Surfer of(ConsoleUser user) {
            return surfer().authenticated(user);
        }

        @Test
        void who_keeps_no_cookies_ends_no_sessions_but_their_own() {
            console.close();
            console = console(settings().authenticated(true));
            Surfer operator = operator();
            Surfer first = of(VICTOR);
            first.get("/");
            Surfer second = of(VICTOR);
            second.get("/");
            String former = second.cookie();

            for (int i = 0; i < 18; i++) {
                of(VICTOR).get("/");
            }
            second.get("/");
            assertThat(second.cookie()).as("there is room for twenty").isEqualTo(former);
            for (int i = 0; i < 1_000; i++) {
                of(VICTOR).get("/");
            }

            assertThat(operator.get("/").status()).isEqualTo(200);
            second.get("/");
            assertThat(second.cookie()).as("it was the oldest of victor's").isNotEqualTo(former);
        }

        @Test
        void is_believed_by_a_console_that_is_told_so_and_by_no_other() {
            assertThat(of(OLIVIA).get("/").status())
                    .as("a console with a file of users")
                    .isEqualTo(303);

            console = console(settings().users(null).authenticated(true));

            assertThat(page(of(OLIVIA), "/")).contains("olivia, operator").doesNotContain("Sign out");
            assertThat(page(of(VICTOR), "/")).contains("victor, viewer");
            ConsoleResponse nobody = surfer().with("X-User", "olivia").get("/operations");
            assertThat(nobody.status()).isEqualTo(403);
            assertThat(Surfer.text(nobody)).contains("Sign in to the application");
        }

        @Test
        void lets_only_operators_change_something() {
            console = console(settings().users(null).authenticated(true));
            OperationRef ref = unknown("k");

            for (String place : Pages.ACTIONS) {
                assertThat(of(VICTOR)
                                .submit(place, "op", ref.text(), "do", "yes", "reason", "r")
                                .status())
                        .as(place)
                        .isEqualTo(403);
            }
            assertThat(isUnknown(ref)).isTrue();
            assertThat(of(OLIVIA)
                            .submit("/operation/release", "op", ref.text(), "do", "yes", "reason", "r")
                            .status())
                    .isEqualTo(303);
            assertThat(store.find(ref.id())).isEmpty();
        }

        @Test
        void has_to_name_them_in_each_request() {
            console = console(settings().authenticated(true));
            Surfer olivia = of(OLIVIA);
            String csrf = olivia.csrf();
            OperationRef ref = unknown("k");
            String[] release = {"csrf", csrf, "op", ref.text(), "reason", "r", "do", "yes"};

            assertThat(olivia.authenticated(null).get("/").status())
                    .as("with her cookie alone")
                    .isEqualTo(303);
            assertThat(olivia.post("/operation/release", release).status()).isEqualTo(403);
            assertThat(olivia.authenticated(new ConsoleUser("oscar", Role.OPERATOR))
                            .post("/operation/release", release)
                            .status())
                    .as("another operator with her cookie and her form")
                    .isEqualTo(403);
            assertThat(olivia.authenticated(new ConsoleUser("olivia", Role.VIEWER))
                            .post("/operation/release", release)
                            .status())
                    .as("she herself, who is an operator no longer")
                    .isEqualTo(403);
            assertThat(isUnknown(ref)).isTrue();
        }

        @Test
        void lets_others_sign_in_by_a_token_and_its_word_counts_more() {
            console = console(settings().authenticated(true));
            Surfer operator = operator();

            assertThat(page(operator, "/")).contains("olivia, operator", "Sign out");
            assertThat(page(operator.authenticated(VICTOR), "/")).contains("victor, viewer");
        }
    }

    @Nested
    class The_secret_of_the_folder {
        @Test
        void lets_in_from_this_machine_only() {
            console = console(settings().users(null).secret("s3cret"::equals));

            assertThat(surfer().from("192.168.0.2")
                            .post("/sign-in", "token", "s3cret")
                            .status())
                    .isEqualTo(403);
            assertThat(surfer().post("/sign-in", "token", "wrong").status()).isEqualTo(403);
            assertThat(page(surfer().signIn("s3cret"), "/")).contains("store-folder, operator");
        }
    }

    @Nested
    class A_file_of_users {
        @Test
        void that_others_may_read_is_refused() throws Exception {
            Files.setPosixFilePermissions(users(), PosixFilePermissions.fromString("rw-r--r--"));

            assertThatThrownBy(() -> TokenFile.read(users()))
                    .isInstanceOf(IdempotencyException.class)
                    .hasMessageContaining("chmod 600");
        }

        @ParameterizedTest
        @ValueSource(strings = {"olivia operator", "olivia root 00", "olivia operator xyz", "a b c d"})
        void with_a_wrong_line_is_refused_by_its_number(String line) {
            write("# users", line);

            assertThatThrownBy(() -> TokenFile.read(users()))
                    .isInstanceOf(IdempotencyException.class)
                    .hasMessageContaining("users:2: ");
        }

        @Test
        void that_is_opened_to_others_later_lets_nobody_in_any_more() throws Exception {
            Surfer operator = operator();
            Files.setPosixFilePermissions(users(), PosixFilePermissions.fromString("rw-rw-rw-"));

            ConsoleResponse response = operator.get("/");

            assertThat(response.status()).isEqualTo(503);
            assertThat(Surfer.text(response)).doesNotContain(users().toString());
            assertThat(surfer().post("/sign-in", "token", operatorToken.text()).status())
                    .isEqualTo(503);
        }

        @Test
        void holds_no_token() throws Exception {
            assertThat(Files.readString(users())).doesNotContain(operatorToken.text());
            assertThat(operatorToken.text()).hasSize(43);
            assertThat(operatorToken.toString()).doesNotContain(operatorToken.text());
        }
    }
}
