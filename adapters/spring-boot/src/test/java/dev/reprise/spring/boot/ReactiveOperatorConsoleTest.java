package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.console.Console;
import dev.reprise.console.access.ConsoleToken;
import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.Role;
import dev.reprise.console.charts.Activity;
import dev.reprise.testkit.HttpVisitor;
import dev.reprise.testkit.RawClient;
import dev.reprise.testkit.SettableClock;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The console of a reactive application for users of a file, behind a proxy that the application believes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReactiveOperatorConsoleTest {
    private static final String PLACE = "/ops/records";

    private final ConsoleToken token = ConsoleToken.create(new SecureRandom());

    @SuppressWarnings("NullAway.Init")
    private BootedReactive application;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Plain {
        @Bean
        SettableClock clockOfCharts() {
            return new SettableClock();
        }

        @Bean
        Activity activity(SettableClock clock) {
            return new Activity(clock);
        }

        @Idempotent
        @PostMapping("/crash")
        Mono<String> crash() {
            return Mono.error(new IllegalStateException("The handler fails after its work"));
        }
    }

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Path users = folder.resolve("users");
        Files.writeString(users, token.line(new ConsoleUser("olga", Role.OPERATOR)) + "\n");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        application = BootedReactive.start(
                Plain.class,
                "--server.forward-headers-strategy=framework",
                "--reprise.console.enabled=true",
                "--reprise.console.path=" + PLACE,
                "--reprise.console.hosts=ops.example.com",
                "--reprise.console.users=" + users);
    }

    @AfterAll
    void stop() {
        application.close();
    }

    /** Somebody who comes by way of the proxy. */
    private HttpVisitor stranger() {
        return application
                .visitor(PLACE)
                .with("X-Forwarded-Proto", "https")
                .with("X-Forwarded-Host", "ops.example.com");
    }

    private HttpVisitor olga() throws Exception {
        HttpVisitor olga = stranger();
        assertThat(olga.post("/sign-in", "token", token.text()).statusCode()).isEqualTo(303);
        return olga;
    }

    @Test
    void users_of_a_file_sign_in_see_and_release() throws Exception {
        application.post("/crash", "k", "");
        HttpVisitor stranger = stranger().with("X-User", "olga");
        HttpVisitor olga = olga();

        assertThat(stranger.get("/").statusCode()).isEqualTo(303);
        assertThat(stranger.post("/sign-in", "token", "wrong").statusCode()).isEqualTo(403);
        assertThat(olga.page("/")).contains("olga, operator", "Sign out");
        assertThat(olga.release(olga.operation("k"), olga.csrf()).statusCode()).isEqualTo(303);
        assertThat(olga.page("/operations?key=k")).doesNotContain("operation?op=");
    }

    @Test
    void it_draws_what_the_engine_of_the_application_has_done() throws Exception {
        application.post("/crash", "drawn", "");
        application.bean(SettableClock.class).advance(Activity.STEP);
        HttpVisitor olga = olga();

        assertThat(olga.page("/")).contains(PLACE + "/activity");
        assertThat(olga.page("/activity/data")).containsPattern("\"unknown\" ?: ?[1-9]");
    }

    @Test
    void what_the_proxy_says_of_tls_counts() throws Exception {
        HttpVisitor olga = stranger().with("Sec-Fetch-Site", null);

        assertThat(olga.with("Origin", "http://ops.example.com")
                        .post("/sign-in", "token", token.text())
                        .statusCode())
                .isEqualTo(403);
        HttpResponse<String> in =
                olga.with("Origin", "https://ops.example.com").post("/sign-in", "token", token.text());
        assertThat(in.statusCode()).isEqualTo(303);
        assertThat(in.headers().firstValue("Set-Cookie").orElseThrow())
                .endsWith("; Path=/ops/records/; HttpOnly; SameSite=Strict; Secure");
    }

    @Test
    void it_answers_to_no_other_name_where_hosts_are_named() throws Exception {
        assertThat(stranger().get("/sign-in").statusCode()).isEqualTo(200);
        assertThat(application.visitor(PLACE).get("/sign-in").statusCode()).isEqualTo(421);
    }

    private static String post(String fields) {
        return "POST " + PLACE + "/sign-in HTTP/1.1\nHost: ops.example.com\nConnection: close\n"
                + "Sec-Fetch-Site: same-origin\nContent-Type: application/x-www-form-urlencoded\n" + fields + "\n";
    }

    @Test
    void a_form_that_says_it_is_too_long_is_refused_unread() throws Exception {
        try (RawClient client = new RawClient(application.port())) {
            client.send(post("Content-Length: " + (Console.LONGEST_FORM + 1) + "\n"));

            assertThat(client.readUntil("at most 2097152 bytes is expected")).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void a_form_that_turns_out_to_be_too_long_is_refused_and_one_that_just_fits_is_read() throws Exception {
        assertThat(chunked(Console.LONGEST_FORM + 1)).startsWith("HTTP/1.1 413");
        assertThat(chunked(Console.LONGEST_FORM)).startsWith("HTTP/1.1 403").contains("That lets nobody in");
    }

    /** The answer to a form of so many bytes, of which there are two for each letter: as text it would be short enough. */
    private String chunked(int length) throws Exception {
        byte[] form = ("token=" + "\u00e4".repeat(length / 2)).getBytes(StandardCharsets.UTF_8);
        try (RawClient client = new RawClient(application.port())) {
            client.send(post("Transfer-Encoding: chunked\n") + Integer.toHexString(length) + "\n");
            client.output().write(form, 0, length);
            client.send("\n0\n\n");
            return client.readUntil("\r\n\r\n") + (length > Console.LONGEST_FORM ? "" : client.readToEnd());
        }
    }
}
