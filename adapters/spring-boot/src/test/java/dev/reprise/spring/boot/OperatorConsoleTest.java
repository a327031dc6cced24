package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.OperationType;
import dev.reprise.console.access.ConsoleToken;
import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.Role;
import dev.reprise.encryption.LocalKeyring;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.store.jdbc.JdbcResumableStore;
import dev.reprise.store.jdbc.JdbcStore;
import dev.reprise.store.jdbc.TableName;
import dev.reprise.testkit.HttpVisitor;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The console of an application for users of a file, with its properties. */
class OperatorConsoleTest {
    private static final String SECRET = "planted-answer-4711";

    @TempDir
    private Path folder;

    private final ConsoleToken token = ConsoleToken.create(new SecureRandom());

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Plain {
        @Idempotent
        @PostMapping("/work")
        String work() {
            return SECRET;
        }

        @Idempotent(guarantee = Idempotent.Guarantee.LEASED)
        @PostMapping("/crash")
        String crash() {
            throw new IllegalStateException("The handler fails after its work");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Plain.class)
    static class WithSteps {
        @Bean
        @Lazy
        JdbcResumableStore steps(DataSource source) {
            return JdbcResumableStore.open(source, TableName.DEFAULT);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Plain.class)
    static class WithType {
        @Bean
        Resumable<String, String, Connection> bookRide(Codecs codecs) {
            return Resumable.<String, String, Connection>returning(
                    new OperationType("book-ride", 3),
                    codecs.of(String.class),
                    codecs.of(String.class),
                    (input, steps) -> input);
        }
    }

    @BeforeEach
    void writeUsers() throws Exception {
        Path users = folder.resolve("users");
        Files.writeString(users, token.line(new ConsoleUser("olga", Role.OPERATOR)) + "\n");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
    }

    private Booted start(Class<?> application, String... properties) {
        String[] all = new String[properties.length + 2];
        all[0] = "--reprise.console.enabled=true";
        all[1] = "--reprise.console.users=" + folder.resolve("users");
        System.arraycopy(properties, 0, all, 2, properties.length);
        return Booted.start(application, all);
    }

    private HttpVisitor olga(Booted application, String place) throws Exception {
        HttpVisitor olga = application.visitor(place);
        assertThat(olga.post("/sign-in", "token", token.text()).statusCode()).isEqualTo(303);
        return olga;
    }

    @Test
    void users_of_a_file_sign_in_see_and_release() throws Exception {
        try (Booted application = start(Plain.class)) {
            application.post("/crash", "k", "");
            HttpVisitor stranger = application.visitor("/reprise/console").with("X-User", "olga");
            HttpVisitor olga = olga(application, "/reprise/console");

            assertThat(stranger.get("/").statusCode()).isEqualTo(303);
            assertThat(stranger.post("/sign-in", "token", "wrong").statusCode()).isEqualTo(403);
            assertThat(olga.page("/")).contains("olga, operator", "Sign out");
            assertThat(olga.page("/operations")).doesNotContain("name=\"type\"");
            assertThat(olga.release(olga.operation("k"), olga.csrf()).statusCode())
                    .isEqualTo(303);
            assertThat(olga.page("/operations")).doesNotContain("operation?op=");
        }
    }

    @Test
    void it_draws_what_the_engines_of_the_application_have_done() throws Exception {
        try (Booted application = start(Plain.class)) {
            application.post("/crash", "k", "");
            HttpVisitor olga = olga(application, "/reprise/console");

            assertThat(olga.page("/")).contains("/reprise/console/activity");
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(olga.page("/activity/data")).containsPattern("\"unknown\" ?: ?1"));
        }
    }

    @Test
    void it_shows_what_the_store_of_the_application_decrypts() throws Exception {
        try (Booted application = start(Plain.class, "--reprise.encryption.keys=" + LocalKeyring.newLine("k"))) {
            application.post("/work", "k", "");
            HttpVisitor olga = olga(application, "/reprise/console");

            assertThat(olga.page("/operation/content?op=" + olga.operation("k")))
                    .isEqualTo(SECRET);
            assertThat(application
                            .jdbc()
                            .queryForList("SELECT * FROM reprise_operation")
                            .toString())
                    .doesNotContain(SECRET);
        }
    }

    @Test
    void operations_with_steps_are_there_where_the_application_has_them() throws Exception {
        try (Booted application = start(WithSteps.class)) {
            assertThat(olga(application, "/reprise/console").page("/operations"))
                    .contains("name=\"type\"");
        }
    }

    @Test
    void what_this_process_runs_and_where_its_records_are_is_on_the_page_of_nodes() throws Exception {
        try (Booted application = start(WithType.class)) {
            assertThat(olga(application, "/reprise/console").page("/nodes"))
                    .contains("<dd>book-ride version 3</dd>", "<dt>Records</dt><dd>JdbcStore</dd>");
        }
    }

    @Test
    void it_is_where_the_properties_say_and_only_shows_if_they_say_so() throws Exception {
        try (Booted application = start(
                Plain.class,
                "--reprise.console.path=/ops/records",
                "--reprise.console.read-only=true",
                "--reprise.console.behind-tls=true")) {
            application.post("/crash", "k", "");
            HttpVisitor olga = application.visitor("/ops/records");
            HttpResponse<String> in = olga.post("/sign-in", "token", token.text());

            assertThat(in.headers().firstValue("Set-Cookie").orElseThrow())
                    .endsWith("; Path=/ops/records/; HttpOnly; SameSite=Strict; Secure");
            assertThat(olga.page("/")).contains("read-only");
            assertThat(olga.release(olga.operation("k"), olga.csrf()).statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void a_proxy_that_the_application_believes_may_speak_tls() throws Exception {
        try (Booted application = start(Plain.class, "--server.forward-headers-strategy=framework")) {
            HttpVisitor olga = application
                    .visitor("/reprise/console")
                    .with("X-Forwarded-Proto", "https")
                    .with("X-Forwarded-Host", "ops.example.com")
                    .with("Sec-Fetch-Site", null);

            assertThat(olga.with("Origin", "http://ops.example.com")
                            .post("/sign-in", "token", token.text())
                            .statusCode())
                    .isEqualTo(403);
            HttpResponse<String> in =
                    olga.with("Origin", "https://ops.example.com").post("/sign-in", "token", token.text());
            assertThat(in.statusCode()).isEqualTo(303);
            assertThat(in.headers().firstValue("Set-Cookie").orElseThrow()).endsWith("; Secure");
        }
    }

    @Test
    void it_answers_to_no_other_name_where_hosts_are_named() throws Exception {
        try (Booted application = start(Plain.class, "--reprise.console.hosts=ops.example.com")) {
            assertThat(application.visitor("/reprise/console").get("/").statusCode())
                    .isEqualTo(421);
        }
    }

    @Test
    void the_store_is_opened_with_the_first_page() throws Exception {
        try (Booted application = start(ConsoleStartFailureTest.Empty.class)) {
            assertThat(application.context().getBeanFactory().containsSingleton("repriseStore"))
                    .isFalse();
            assertThat(olga(application, "/reprise/console").page("/")).contains("olga");
            assertThat(application.bean(JdbcStore.class).problems()).isEmpty();
        }
    }

    @Test
    void there_is_none_unless_the_application_asks_for_it() throws Exception {
        try (Booted application = Booted.start(Plain.class)) {
            assertThat(application.visitor("/reprise/console").get("/").statusCode())
                    .isEqualTo(404);
            assertThat(application.context().containsBean("repriseConsole")).isFalse();
        }
    }
}
