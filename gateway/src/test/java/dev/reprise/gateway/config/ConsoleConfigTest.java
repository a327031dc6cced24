package dev.reprise.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.console.access.TrustedHeader;
import dev.reprise.gateway.config.ConsoleConfig.Access;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets into the console, as settings say it, and who does not because they say nothing. */
class ConsoleConfigTest extends SettingsFixture {
    private Path users(String permissions) {
        try {
            Path file = Files.writeString(folder.resolve("users"), "olivia operator " + "0".repeat(64) + "\n");
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void without_a_word_it_is_the_secret_of_the_folder_on_this_machine_and_nobody_elsewhere() throws Exception {
        assertThat(complete().console().access()).isEqualTo(Access.SECRET);
        assertThat(complete("admin: '[::1]:8081'").console().access()).isEqualTo(Access.SECRET);
        assertThat(complete("admin: 0.0.0.0:8081").console().access()).isEqualTo(Access.OFF);
        assertThat(complete("database: {url: 'jdbc:postgresql://a/b'}")
                        .console()
                        .access())
                .isEqualTo(Access.OFF);
    }

    @Test
    void the_audit_is_in_the_folder_unless_it_is_said_where() throws Exception {
        assertThat(complete("store: /x").console().auditFile()).isEqualTo(Path.of("/x/audit.jsonl"));
        Path file = folder.resolve("y");
        assertThat(complete("console: {audit-file: " + file + "}").console().auditFile())
                .isEqualTo(file);
        assertThat(refusal("upstream: http://a\nconsole: {audit-file: " + folder.resolve("nowhere/y") + "}"))
                .contains("there is no folder");
        assertThat(complete("database: {url: 'jdbc:postgresql://a/b'}")
                        .console()
                        .auditFile())
                .isNull();
    }

    @Test
    void a_proxy_names_users() throws Exception {
        ConsoleConfig console = complete(
                        "admin: 0.0.0.0:8081",
                        "console: {trusted-header: X-User, trusted-proxies: [10.0.0.1], operators: [olga], behind-tls: true}")
                .console();

        assertThat(console.access()).isEqualTo(Access.CONFIGURED);
        assertThat(console.proxy()).isEqualTo(new TrustedHeader("X-User", Set.of("10.0.0.1"), Set.of("olga")));
    }

    @Test
    void beyond_this_machine_without_tls_it_is_refused() throws Exception {
        Path users = users("rw-------");
        String settings = "upstream: http://a\nadmin: 0.0.0.0:8081\nconsole: {users: " + users;

        assertThat(refusal(settings + "}")).contains("without TLS").contains("behind-tls: true");
        assertThat(complete("admin: 0.0.0.0:8081", "console: {users: " + users + ", behind-tls: true}")
                        .console()
                        .access())
                .isEqualTo(Access.CONFIGURED);
    }

    @Test
    void a_file_of_users_that_cannot_be_used_is_refused_at_the_start() {
        assertThat(refusal("upstream: http://a\nconsole: {users: " + users("rw-r--r--") + "}"))
                .contains("may be read or written by others");
        assertThat(refusal("upstream: http://a\nconsole: {users: " + folder.resolve("nowhere") + "}"))
                .contains("cannot be read");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{trusted-header: X-User}",
                "{trusted-header: X-User, trusted-proxies: []}",
                "{trusted-header: X-User, trusted-proxies: [proxy.example]}",
                "{trusted-header: 'X User', trusted-proxies: [10.0.0.1]}",
                "{trusted-proxies: [10.0.0.1]}",
                "{operators: [olga]}"
            })
    void a_proxy_that_nobody_could_tell_from_another_is_refused(String console) {
        assertThat(refusal("upstream: http://a\nconsole: " + console)).contains("trusted-header");
    }
}
