package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.HttpVisitor;
import dev.reprise.testkit.RawClient;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;

/** The console of an application for the users whom Spring Security has authenticated: olivia, an operator; victor, a viewer; carl, neither. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ConsoleUsersContract {
    static final String PLACE = "/shop/reprise/console";

    @SuppressWarnings("NullAway.Init")
    Path audit;

    /** Those whom the application knows, all with the password that {@link HttpVisitor#basic} shows. */
    static UserDetails[] users() {
        return new UserDetails[] {
            User.withUsername("olivia")
                    .password("{noop}secret")
                    .roles("OPERATOR")
                    .build(),
            User.withUsername("victor")
                    .password("{noop}secret")
                    .authorities("see-operations")
                    .build(),
            User.withUsername("carl").password("{noop}secret").roles("CUSTOMER").build()
        };
    }

    abstract int port();

    abstract HttpVisitor visitor();

    abstract HttpRequest.Builder request(String path);

    abstract HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException;

    /** How often the handler was called at /shop/work, which always fails. */
    abstract AtomicInteger calls();

    static String raw(String line, String fields) {
        return line + " HTTP/1.1\nHost: x\nConnection: close\nAuthorization: " + HttpVisitor.basic("olivia") + "\n"
                + fields + "\n";
    }

    /** A request whose outcome nobody knows. */
    private HttpResponse<String> crash(String key) throws Exception {
        return send(request("/shop/work")
                .header("Authorization", HttpVisitor.basic("carl"))
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.noBody()));
    }

    private boolean isUnknown(String key) throws Exception {
        return visitor()
                .as("victor")
                .page("/operations?state=unknown&key=" + key)
                .contains("operation?op=");
    }

    @Test
    void an_operator_sees_and_releases_with_an_entry_in_the_audit() throws Exception {
        int before = calls().get();
        crash("release");
        crash("release");
        HttpVisitor olivia = visitor().as("olivia");

        assertThat(olivia.page("/")).contains("olivia, operator").doesNotContain("Sign out");
        assertThat(olivia.release(olivia.operation("release"), olivia.csrf()).statusCode())
                .isEqualTo(303);
        crash("release");

        assertThat(calls()).hasValue(before + 2);
        assertThat(olivia.page("/audit")).contains("olivia", "it failed", "release");
        assertThat(Files.readString(audit)).contains("\"by\":\"olivia\"");
    }

    @Test
    void a_viewer_sees_and_changes_nothing_whatever_they_send() throws Exception {
        crash("view");
        HttpVisitor victor = visitor().as("victor");

        assertThat(victor.page("/")).contains("victor, viewer");
        assertThat(victor.release(victor.operation("view"), victor.csrf()).statusCode())
                .isEqualTo(403);
        assertThat(isUnknown("view")).isTrue();
    }

    @Test
    void customers_and_strangers_see_nothing() throws Exception {
        crash("secret-key");

        for (String path : List.of("/", "/operations", "/audit.csv")) {
            HttpResponse<String> ofCarl = visitor().as("carl").get(path);
            assertThat(ofCarl.statusCode()).isEqualTo(403);
            assertThat(ofCarl.body()).contains("Sign in to the application").doesNotContain("secret-key");
            assertThat(visitor()
                            .with("X-User", "olivia")
                            .with("X-Forwarded-User", "olivia")
                            .get(path)
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void another_page_sends_nothing_in_the_name_of_who_is_signed_in() throws Exception {
        crash("forged");
        HttpVisitor olivia = visitor().as("olivia");
        String operation = olivia.operation("forged");
        String csrf = olivia.csrf();

        assertThat(olivia.release(operation, "guess").statusCode()).isEqualTo(403);
        assertThat(olivia.release(operation, visitor().as("olivia").csrf()).statusCode())
                .isEqualTo(403);
        assertThat(visitor().as("carl").release(operation, csrf).statusCode()).isEqualTo(403);
        assertThat(olivia.with("Sec-Fetch-Site", "cross-site")
                        .release(operation, csrf)
                        .statusCode())
                .isEqualTo(403);
        assertThat(isUnknown("forged")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/shop/reprise/console//operations",
                "/shop/reprise/console/operations;x=1",
                "/shop/reprise/console;x=1/operations",
                "/shop/reprise/console%2foperations",
                "/shop/reprise/console/%6fperations",
                "/shop/reprise/./console/operations",
                "/shop/x/..;/reprise/console/operations",
                "//shop/reprise/console/operations",
                "/shop/reprise/%63onsole/operations",
                "/%73hop/reprise/console/operations",
                "/reprise/console/operations"
            })
    void a_page_has_one_spelling(String path) throws Exception {
        crash("spelled");

        assertThat(RawClient.exchange(port(), raw("GET " + PLACE + "/operations", "")))
                .startsWith("HTTP/1.1 200")
                .contains("operation?op=");
        assertThat(RawClient.exchange(port(), raw("GET " + path, "")))
                .matches("(?s)HTTP/1\\.1 (40[014]|200.*of the application).*")
                .doesNotContain("operation?op=");
    }
}
