package dev.reprise.console.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.reprise.console.ConsoleSettings;
import dev.reprise.console.access.ConsoleToken;
import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.Role;
import dev.reprise.console.access.TokenFile;
import dev.reprise.testkit.HttpVisitor;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is let in to the console of an application, and what they may do there. */
@ParameterizedClass
@EnumSource
class ConsoleServletTest {
    @Parameter
    private ServletServer server = ServletServer.JETTY;

    @TempDir
    private Path folder;

    private HostedConsole start() throws Exception {
        return HostedConsole.start(server, folder);
    }

    @Test
    void an_operator_of_the_application_sees_and_releases_with_an_entry_in_the_audit() throws Exception {
        try (HostedConsole console = start();
                HttpVisitor olivia = console.visitor().as("olivia")) {
            console.unknown("k");

            assertThat(olivia.page("/")).contains("olivia, operator", "Connection was closed");
            assertThat(olivia.cookie()).isNotNull();
            assertThat(olivia.release(olivia.operation("k"), olivia.csrf()).statusCode())
                    .isEqualTo(303);

            assertThat(console.isUnknown("k")).isFalse();
            assertThat(console.audit().latest(null, 10).entries())
                    .singleElement()
                    .satisfies(entry -> {
                        assertThat(entry.by()).isEqualTo("olivia");
                        assertThat(entry.reason()).isEqualTo("it failed");
                        assertThat(entry.outcome()).isEqualTo("ended");
                    });
        }
    }

    @Test
    void a_viewer_sees_and_changes_nothing_whatever_they_send() throws Exception {
        try (HostedConsole console = start();
                HttpVisitor victor = console.visitor().as("victor")) {
            console.unknown("k");

            assertThat(victor.page("/")).contains("victor, viewer");
            assertThat(victor.release(victor.operation("k"), victor.csrf()).statusCode())
                    .isEqualTo(403);
            assertThat(console.isUnknown("k")).isTrue();
        }
    }

    @Test
    void customers_and_strangers_see_nothing_whatever_they_call_themselves() throws Exception {
        try (HostedConsole console = start();
                HttpVisitor carl = console.visitor().as("carl");
                HttpVisitor stranger = console.visitor()) {
            console.unknown("secret-key");
            for (String field : List.of("X-User", "X-Forwarded-User", "Remote-User", "X-Remote-User", "User")) {
                stranger.with(field, "olivia");
            }

            for (HttpVisitor who : List.of(carl, stranger)) {
                for (String path : List.of("/", "/operations", "/audit.csv", "/live")) {
                    HttpResponse<String> response = who.get(path);
                    assertThat(response.statusCode()).as(path).isEqualTo(403);
                    assertThat(response.body())
                            .contains("Sign in to the application")
                            .doesNotContain("secret-key");
                    assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
                }
            }
        }
    }

    @Test
    void a_session_is_worth_nothing_once_the_application_does_not_know_its_user_any_more() throws Exception {
        try (HostedConsole console = start();
                HttpVisitor olivia = console.visitor().as("olivia")) {
            console.unknown("k");
            String operation = olivia.operation("k");
            String csrf = olivia.csrf();

            assertThat(olivia.with("Authorization", null)
                            .release(operation, csrf)
                            .statusCode())
                    .isEqualTo(403);
            assertThat(olivia.as("victor").release(operation, csrf).statusCode())
                    .as("somebody else with her cookie and her form")
                    .isEqualTo(403);
            assertThat(console.isUnknown("k")).isTrue();
        }
    }

    @Test
    void another_page_sends_nothing_in_the_name_of_who_is_signed_in_to_the_application() throws Exception {
        try (HostedConsole console = start();
                HttpVisitor olivia = console.visitor().as("olivia");
                HttpVisitor other = console.visitor().as("olivia")) {
            console.unknown("k");
            String operation = olivia.operation("k");
            String csrf = olivia.csrf();
            String another = other.csrf();

            for (String wrong : List.of("", "guess", another)) {
                assertThat(olivia.release(operation, wrong).statusCode()).isEqualTo(403);
            }
            for (String site : List.of("cross-site", "same-site", "none")) {
                assertThat(olivia.with("Sec-Fetch-Site", site)
                                .release(operation, csrf)
                                .statusCode())
                        .as(site)
                        .isEqualTo(403);
            }
            olivia.with("Sec-Fetch-Site", null);
            assertThat(olivia.release(operation, csrf).statusCode())
                    .as("a browser that tells nothing")
                    .isEqualTo(403);
            assertThat(olivia.with("Origin", "http://evil.example")
                            .release(operation, csrf)
                            .statusCode())
                    .isEqualTo(403);
            assertThat(console.isUnknown("k")).isTrue();

            assertThat(olivia.with("Origin", "http://127.0.0.1:" + console.port())
                            .release(operation, csrf)
                            .statusCode())
                    .isEqualTo(303);
        }
    }

    @Test
    void what_the_server_knows_of_tls_counts() throws Exception {
        try (HostedConsole console = start();
                HttpVisitor olivia = console.visitor().as("olivia").with("X-Test-Tls", "yes")) {
            console.unknown("k");
            HttpResponse<String> first = olivia.get("/");
            String operation = olivia.operation("k");
            String csrf = olivia.csrf();
            olivia.with("Sec-Fetch-Site", null);
            String here = "127.0.0.1:" + console.port();

            assertThat(first.headers().firstValue("Set-Cookie").orElseThrow())
                    .endsWith("; Path=/shop/reprise/console/; HttpOnly; SameSite=Strict; Secure");
            assertThat(olivia.with("Origin", "http://" + here)
                            .release(operation, csrf)
                            .statusCode())
                    .isEqualTo(403);
            assertThat(olivia.with("Origin", "https://" + here)
                            .release(operation, csrf)
                            .statusCode())
                    .isEqualTo(303);
        }
    }

    @Test
    void a_form_whose_parameters_a_filter_has_read_already_is_understood() throws Exception {
        try (HostedConsole console = start();
                HttpVisitor olivia = console.visitor().as("olivia").with("X-Test-Parameter", "yes")) {
            console.unknown("k");
            String operation = olivia.operation("k");
            String csrf = olivia.csrf();

            HttpResponse<String> released = olivia.post(
                    "/operation/release?op=another&x",
                    "csrf",
                    csrf,
                    "op",
                    operation,
                    "reason",
                    "half & half = 100%",
                    "do",
                    "yes");

            assertThat(released.statusCode()).isEqualTo(303);
            assertThat(console.audit().latest(null, 10).entries())
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.reason()).isEqualTo("half & half = 100%"));
        }
    }

    @Test
    void the_audit_tells_two_names_apart_that_it_cannot_show() throws Exception {
        try (HostedConsole console = start();
                HttpVisitor olivia = console.visitor().as("Olivia Miller");
                HttpVisitor endless = console.visitor().as(HostedConsole.ENDLESS)) {
            console.unknown("k");

            assertThat(olivia.release(olivia.operation("k"), olivia.csrf()).statusCode())
                    .isEqualTo(303);
            assertThat(console.audit().latest(null, 10).entries().getFirst().by())
                    .isEqualTo("Olivia%20Miller");
            HttpResponse<String> refused = endless.get("/");
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("The name of a user has 1 to 200 characters");
        }
    }

    @Test
    void users_of_a_file_sign_in_by_their_token() throws Exception {
        ConsoleToken token = ConsoleToken.create(new SecureRandom());
        Path users = folder.resolve("users");
        Files.writeString(users, token.line(new ConsoleUser("olga", Role.OPERATOR)) + "\n");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        try (HostedConsole console = HostedConsole.start(
                        server, folder, ConsoleSettings.inApplication().users(TokenFile.read(users)), null);
                HttpVisitor olga = console.visitor();
                HttpVisitor olivia = console.visitor().as("olivia")) {
            console.unknown("k");

            HttpResponse<String> sent = olga.get("/operations");
            assertThat(sent.statusCode()).isEqualTo(303);
            assertThat(sent.headers().firstValue("Location")).hasValue("/shop/reprise/console/sign-in");
            assertThat(olga.post("/sign-in", "token", "wrong").statusCode()).isEqualTo(403);
            assertThat(olga.post("/sign-in", "token", token.text()).statusCode())
                    .isEqualTo(303);
            assertThat(olga.page("/")).contains("olga, operator", "Sign out");
            assertThat(olga.release(olga.operation("k"), olga.csrf()).statusCode())
                    .isEqualTo(303);
            assertThat(olivia.get("/").statusCode())
                    .as("the application is not asked")
                    .isEqualTo(303);
        }
    }

    @Test
    void nobody_could_sign_in_and_so_there_is_no_console() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConsoleServlet(
                        () -> {
                            throw new IllegalStateException("Nobody asks");
                        },
                        ConsoleSettings.inApplication(),
                        null))
                .withMessageContaining("way to sign in");
    }
}
