package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.spring.boot.Idempotent.Guarantee;
import dev.reprise.testkit.HttpVisitor;
import dev.reprise.testkit.RawClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The console of an application for the users whom Spring Security has authenticated; and the piece of {@code docs/console.md}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleUsersTest {
    private static final String PLACE = "/shop/reprise/console";

    @SuppressWarnings("NullAway.Init")
    private Path audit;

    @SuppressWarnings("NullAway.Init")
    private Booted application;

    @BeforeAll
    void start(@TempDir Path folder) {
        audit = folder.resolve("audit.jsonl");
        application = Booted.start(
                Secured.class,
                Booted.WITH_SECURITY,
                "--server.servlet.context-path=/shop",
                "--reprise.console.enabled=true",
                "--reprise.console.operator-authority=ROLE_OPERATOR",
                "--reprise.console.viewer-authority=see-operations",
                "--reprise.console.audit-file=" + audit);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Work.class)
    static class Secured {
        @Bean
        SecurityFilterChain security(HttpSecurity http) throws Exception {
            http.csrf(csrf -> csrf.ignoringRequestMatchers("/work"));
            return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .csrf(csrf -> csrf.ignoringRequestMatchers("/reprise/console/**"))
                    .httpBasic(Customizer.withDefaults())
                    .build();
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("olivia")
                            .password("{noop}secret")
                            .roles("OPERATOR")
                            .build(),
                    User.withUsername("victor")
                            .password("{noop}secret")
                            .authorities("see-operations")
                            .build(),
                    User.withUsername("carl")
                            .password("{noop}secret")
                            .roles("CUSTOMER")
                            .build());
        }
    }

    @RestController
    static class Work {
        private final AtomicInteger calls = new AtomicInteger();

        @Idempotent(guarantee = Guarantee.LEASED)
        @PostMapping("/work")
        String work() {
            throw new IllegalStateException("The handler fails after call " + calls.incrementAndGet());
        }
    }

    @AfterAll
    void stop() {
        application.close();
    }

    private HttpVisitor visitor() {
        return application.visitor(PLACE);
    }

    /** A request whose outcome nobody knows. */
    private HttpResponse<String> crash(String key) throws Exception {
        return application.send(application
                .request("/shop/work")
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
        int before = application.bean(Work.class).calls.get();
        crash("release");
        crash("release");
        HttpVisitor olivia = visitor().as("olivia");

        assertThat(olivia.page("/")).contains("olivia, operator").doesNotContain("Sign out");
        assertThat(olivia.release(olivia.operation("release"), olivia.csrf()).statusCode())
                .isEqualTo(303);
        crash("release");

        assertThat(application.bean(Work.class).calls).hasValue(before + 2);
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
        assertThat(olivia.with("Sec-Fetch-Site", "cross-site")
                        .release(operation, csrf)
                        .statusCode())
                .isEqualTo(403);
        assertThat(isUnknown("forged")).isTrue();
    }

    @Test
    void a_form_that_is_too_long_is_refused() throws Exception {
        try (RawClient client = new RawClient(application.port())) {
            client.send("POST " + PLACE + "/purge HTTP/1.1\nHost: x\nAuthorization: " + HttpVisitor.basic("olivia")
                    + "\nSec-Fetch-Site: same-origin\nContent-Type: application/x-www-form-urlencoded\n"
                    + "Content-Length: 3000000\n\n");

            assertThat(client.readUntil("at most 2097152 bytes is expected")).startsWith("HTTP/1.1 413");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/shop/reprise/console//operations",
                "/shop/reprise/console/operations;x=1",
                "/shop/reprise/console;x=1/operations",
                "/shop/reprise/console%2foperations",
                "/shop/reprise/./console/operations",
                "/shop/x/..;/reprise/console/operations",
                "//shop/reprise/console/operations",
                "/shop/reprise/%63onsole/operations"
            })
    void a_page_has_one_spelling(String path) throws Exception {
        crash("spelled");
        String rest = " HTTP/1.1\nHost: x\nConnection: close\nAuthorization: " + HttpVisitor.basic("olivia") + "\n\n";

        assertThat(RawClient.exchange(application.port(), "GET " + PLACE + "/operations" + rest))
                .startsWith("HTTP/1.1 200")
                .contains("operation?op=");
        assertThat(RawClient.exchange(application.port(), "GET " + path + rest))
                .matches("(?s)HTTP/1\\.1 40[014].*")
                .doesNotContain("operation?op=");
    }
}
