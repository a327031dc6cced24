package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Scope;
import dev.reprise.console.access.TokenFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody may try who means no good. */
class AttackTest extends ConsoleFixture {
    @Nested
    class A_page_of_somebody_else {
        @ParameterizedTest
        @ValueSource(strings = {"cross-site", "same-site", "none"})
        void cannot_send_a_form_in_the_name_of_who_is_signed_in(String site) {
            OperationRef ref = unknown("k");
            Surfer operator = operator();
            String csrf = operator.csrf();

            ConsoleResponse response = operator.with("Sec-Fetch-Site", site)
                    .post("/operation/release", "csrf", csrf, "op", ref.text(), "reason", "r", "do", "yes");

            assertThat(response.status()).isEqualTo(403);
            assertThat(isUnknown(ref)).isTrue();
        }

        @Test
        void is_told_by_its_origin_where_the_browser_tells_nothing_else() {
            OperationRef ref = unknown("k");
            Surfer operator = operator();
            String csrf = operator.csrf();
            operator.with("Sec-Fetch-Site", null);

            for (String origin : List.of("http://evil.example", "null", "https://" + HOST, "")) {
                assertThat(operator.with("Origin", origin)
                                .post("/operation/release", "csrf", csrf, "op", ref.text(), "reason", "r", "do", "yes")
                                .status())
                        .as(origin)
                        .isEqualTo(403);
            }
            assertThat(isUnknown(ref)).isTrue();
            assertThat(operator.with("Origin", "http://" + HOST)
                            .post("/operation/release", "csrf", csrf, "op", ref.text(), "reason", "r", "do", "yes")
                            .status())
                    .isEqualTo(303);
        }

        @Test
        void cannot_guess_what_forms_carry() {
            OperationRef ref = unknown("k");
            String another = operator().csrf();
            Surfer operator = operator();

            for (String csrf : List.of("", "x", another)) {
                assertThat(operator.post(
                                        "/operation/release",
                                        "csrf",
                                        csrf,
                                        "op",
                                        ref.text(),
                                        "reason",
                                        "r",
                                        "do",
                                        "yes")
                                .status())
                        .isEqualTo(403);
            }
            assertThat(isUnknown(ref)).isTrue();
        }

        @Test
        void cannot_sign_somebody_in_as_another() {
            ConsoleResponse response =
                    surfer().with("Sec-Fetch-Site", "cross-site").post("/sign-in", "token", operatorToken.text());

            assertThat(response.status()).isEqualTo(403);
            assertThat(response.headers().first("Set-Cookie")).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"evil.example", "evil.example:8081", "127.0.0.1", "127.0.0.1:80", ""})
        void cannot_lead_a_browser_here_by_another_name(String host) {
            Surfer operator = operator().with("Host", host);

            for (String place : List.of("/", "/operations", "/assets/htmx.js", "/sign-in")) {
                assertThat(operator.get(place).status()).as(place).isEqualTo(421);
            }
            assertThat(operator.post("/sign-out").status()).isEqualTo(421);
        }

        @Test
        void has_no_name_to_lead_here_by_in_an_application_whose_users_are_known_by_name() {
            console = console(ConsoleSettings.inApplication()
                    .mount(MOUNT)
                    .users(TokenFile.read(users()))
                    .clock(clock));

            assertThat(page(operator().with("Host", "shop.example"), "/")).contains("olivia, operator");
            assertThat(surfer().with("Host", "evil.example").get("/").status()).isEqualTo(303);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ConsoleSettings.at(MOUNT, Set.of()))
                    .withMessageContaining("names");
        }

        @Test
        void cannot_frame_a_page_or_learn_where_somebody_was() {
            for (String place : List.of(
                    "/", "/operations", "/nodes", "/audit", "/nowhere", "/operation?op=x", "/assets/console.js")) {
                Headers headers = operator().get(place).headers();

                assertThat(headers.first("Content-Security-Policy").orElseThrow())
                        .as(place)
                        .contains(
                                "default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'")
                        .doesNotContain("unsafe", "*");
                assertThat(headers.first("X-Content-Type-Options")).hasValue("nosniff");
                assertThat(headers.first("Referrer-Policy")).hasValue("no-referrer");
                assertThat(headers.first("Cross-Origin-Opener-Policy")).hasValue("same-origin");
                if (!place.startsWith("/assets/")) {
                    assertThat(headers.first("Cache-Control")).hasValue("no-store");
                }
            }
        }
    }

    @Nested
    class A_script_that_somebody_has_stored {
        private static final String SCRIPT = "<script>alert(1)</script>";
        private static final String IMAGE = "\"'><img src=x onerror=alert(2)>";

        private final OperationId hostile =
                new OperationId(new Scope(IMAGE, "/" + SCRIPT), new IdempotencyKey("k" + SCRIPT));

        private void assertHarmless(String page) {
            assertThat(page)
                    .doesNotContain("<script>alert", "<img", "onerror=alert(2)>")
                    .contains("&lt;script&gt;");
        }

        @Test
        void in_a_key_a_caller_a_route_or_a_reason_is_text() {
            OperationRef ref = unknown(hostile, IMAGE + SCRIPT);
            Surfer operator = operator();

            for (String place : List.of(
                    "/",
                    "/live",
                    "/operations",
                    "/operation?op=" + ref.text(),
                    "/operation/release?op=" + ref.text(),
                    "/operation/resolve?op=" + ref.text(),
                    "/operation/retry?op=" + ref.text() + "&from=%3Cscript%3Ealert(1)%3C/script%3E")) {
                assertHarmless(page(operator, place));
            }
        }

        @Test
        void in_an_answer_is_text_and_is_handed_out_as_a_file_only() {
            OperationRef ref = completed(id("done"), Headers.of("X-Note", SCRIPT), SCRIPT);
            Surfer viewer = viewer();

            assertHarmless(page(viewer, "/operation?op=" + ref.text()));
            ConsoleResponse content = viewer.get("/operation/content?op=" + ref.text());
            assertThat(Surfer.text(content)).isEqualTo(SCRIPT);
            assertThat(content.headers().first("Content-Type")).hasValue("application/octet-stream");
            assertThat(content.headers().first("Content-Disposition").orElseThrow())
                    .startsWith("attachment");
        }

        @Test
        void in_what_an_operator_types_is_text() {
            OperationRef ref = unknown(hostile, "r");
            Surfer operator = operator();

            assertHarmless(Surfer.text(operator.submit(
                    "/operation/resolve", "op", ref.text(), "status", SCRIPT, "headers", SCRIPT, "body", SCRIPT)));
            assertHarmless(Surfer.text(
                    operator.get("/operations?key=%3Cscript%3Ealert(1)%3C/script%3E&older-than=" + "%3Cscript%3E")));
            assertThat(operator.submit("/operation/release", "op", ref.text(), "reason", SCRIPT + IMAGE, "do", "yes")
                            .status())
                    .isEqualTo(303);
            assertHarmless(page(operator, "/audit"));
        }

        @Test
        void would_not_run_either() {
            Surfer operator = operator();
            String first = page(operator, "/");
            String second = page(operator, "/");

            assertThat(first).doesNotContainPattern("<script(?![^>]*nonce=\"[A-Za-z0-9+/=]{24}\")");
            assertThat(first).doesNotContainPattern("(?i)\\son[a-z]+=\"").doesNotContain("style=");
            assertThat(nonce(first)).isNotEqualTo(nonce(second));
            assertThat(operator.get("/")
                            .headers()
                            .first("Content-Security-Policy")
                            .orElseThrow())
                    .doesNotContain(nonce(first));
        }

        private static String nonce(String page) {
            return page.replaceFirst("(?s).*?nonce=\"([^\"]+)\".*", "$1");
        }
    }

    @Nested
    class An_answer_that_is_typed {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Location: /a\r\nSet-Cookie: a=b",
                    "Location: /a\rSet-Cookie: a=b",
                    "Location: /a\u0000b",
                    "X A: b",
                    ": b",
                    "no colon",
                    "Transfer-Encoding: chunked",
                    "Connection: close",
                    "X-A: b\u2028c"
                })
        void smuggles_no_field_into_replays(String headers) {
            OperationRef ref = unknown("k");

            ConsoleResponse response = operator()
                    .submit(
                            "/operation/resolve",
                            "op",
                            ref.text(),
                            "status",
                            "200",
                            "headers",
                            headers,
                            "reason",
                            "r",
                            "do",
                            "yes");

            assertThat(response.status()).isEqualTo(422);
            assertThat(isUnknown(ref)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//",
                "/../",
                "/operations/",
                "/operations/../purge",
                "//purge",
                "/%70urge",
                "/PURGE",
                "/purge;x=1",
                "/assets/",
                "/assets/../Console.class",
                "/assets/%2e%2e/Console.class",
                "/assets//etc/passwd",
                "/assets/..\\x",
                "/assets/htmx.js/../console.css"
            })
    void a_path_that_is_spelled_in_another_way_leads_nowhere(String path) {
        assertThat(operator().get(path).status()).isEqualTo(404);
        assertThat(viewer().submit(path, "do", "yes", "reason", "r").status()).isEqualTo(404);
    }

    @Nested
    class Who_may_only_look {
        private void assertNothingIsDone(Surfer who) {
            OperationRef ref = unknown("k");
            for (String place : Pages.ACTIONS) {
                assertThat(who.get(place + "?op=" + ref.text() + "&state=unknown&type=t")
                                .status())
                        .as(place)
                        .isEqualTo(403);
                assertThat(who.submit(
                                        place,
                                        "op",
                                        ref.text(),
                                        "filter",
                                        "state=unknown",
                                        "status",
                                        "200",
                                        "reason",
                                        "r",
                                        "type",
                                        "t",
                                        "do",
                                        "yes")
                                .status())
                        .as(place)
                        .isEqualTo(403);
            }
            assertThat(isUnknown(ref)).isTrue();
            assertThat(audit.latest(null, 10).entries()).isEmpty();
        }

        @Test
        void changes_nothing_by_sending_what_pages_do_not_offer() {
            assertNothingIsDone(viewer());
        }

        @Test
        void is_everybody_in_a_console_that_only_shows() {
            console = console(settings().readOnly(true));

            assertNothingIsDone(operator());
        }

        @Test
        void is_offered_nothing_else() {
            OperationRef ref = unknown("k");

            assertThat(page(viewer(), "/operation?op=" + ref.text())).doesNotContain("/operation/release");
            assertThat(page(viewer(), "/operations")).doesNotContain("type=\"checkbox\" name=\"op\"");
        }
    }

    @Test
    void logs_have_shortened_keys_and_no_secrets() {
        List<String> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(new SimpleFormatter().format(line));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("dev.reprise.console");
        logger.addHandler(handler);
        try {
            OperationRef released = unknown("order-of-alice-4711");
            OperationRef resolved = unknown("order-of-alice-4712");
            Surfer operator = operator();
            String csrf = operator.csrf();
            operator.submit("/operation/release", "op", released.text(), "reason", "r\n\tfake", "do", "yes");
            operator.submit(
                    "/operation/resolve",
                    "op",
                    resolved.text(),
                    "status",
                    "200",
                    "body",
                    "planted-body",
                    "reason",
                    "r",
                    "do",
                    "yes");
            surfer().post("/sign-in", "token", "planted-guess");

            assertThat(String.join("", lines))
                    .contains("olivia has signed in", "order-of…", "resolved with 200", "r  fake")
                    .doesNotContain("order-of-alice-", operatorToken.text(), csrf, String.valueOf(operator.cookie()))
                    .doesNotContain("planted-", released.text());
        } finally {
            logger.removeHandler(handler);
        }
    }
}
