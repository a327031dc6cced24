package dev.reprise.gateway.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.console.access.TrustedHeader;
import dev.reprise.console.oidc.OidcSettings;
import dev.reprise.gateway.config.ConsoleConfig.Access;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
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

    @Test
    void a_provider_signs_people_in_with_a_secret_from_a_file_or_none() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        String provider = "issuer: 'https://sso.example', client-id: reprise, operators: [oncall]";

        ConsoleConfig console = complete(
                        "admin: 0.0.0.0:8081",
                        "console: {behind-tls: true, oidc: {" + provider + ", client-secret-file: " + secret + "}}")
                .console();

        assertThat(console.access()).isEqualTo(Access.CONFIGURED);
        assertThat(console.oidc())
                .isEqualTo(new OidcSettings(
                        URI.create("https://sso.example"),
                        "reprise",
                        "s3cret",
                        Set.of(),
                        "sub",
                        "groups",
                        Set.of("oncall"),
                        Set.of(),
                        Duration.ofHours(1)));
        assertThat(console.toString()).doesNotContain("s3cret");
        assertThat(requireNonNull(complete("console: {oidc: {" + provider + "}}")
                                .console()
                                .oidc())
                        .clientSecret())
                .as("a public client")
                .isNull();
        assertThat(new OidcSection(
                                URI.create("https://sso.example"),
                                "reprise",
                                null,
                                null,
                                null,
                                null,
                                Set.of("oncall"),
                                null,
                                null)
                        .complete(Map.of("REPRISE_CONSOLE_CLIENT_SECRET", "of the environment"))
                        .clientSecret())
                .isEqualTo("of the environment");
    }

    @Test
    void all_that_can_be_said_of_a_provider_is_read() throws Exception {
        SettingsSource settings = source("""
                console:
                  oidc: {issuer: 'https://sso/x', client-id: c, client-secret-file: s, scopes: [email], name-claim: email,
                         groups-claim: g, operators: [o], viewers: ['*'], longest-session: 5m}
                """);

        assertThat(requireNonNull(settings.console).oidc())
                .isEqualTo(new OidcSection(
                        URI.create("https://sso/x"),
                        "c",
                        Path.of("s"),
                        Set.of("email"),
                        "email",
                        "g",
                        Set.of("o"),
                        Set.of("*"),
                        Duration.ofMinutes(5)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "client-id: c, operators: [o]; needs an issuer",
                "issuer: 'https://sso', operators: [o]; client-id",
                "issuer: 'http://sso', client-id: c, operators: [o]; not reached by TLS",
                "issuer: 'http://127.0.0.1.sso', client-id: c, operators: [o]; not reached by TLS",
                "issuer: 'https://u@sso', client-id: c, operators: [o]; is no issuer",
                "issuer: 'https://sso?x=y', client-id: c, operators: [o]; is no issuer",
                "issuer: 'https://sso', client-id: ' ', operators: [o]; client-id is empty",
                "issuer: 'https://sso', client-id: c; nobody would get in",
                "issuer: 'https://sso', client-id: c, operators: ['*']; whoever signs in could change everything",
                "issuer: 'https://sso', client-id: c, operators: [o], scopes: ['a b']; cannot be a scope",
                "issuer: 'https://sso', client-id: c, operators: [o], name-claim: ''; name-claim",
                "issuer: 'https://sso', client-id: c, operators: [o], longest-session: 13h; from 1m to 12h",
                "issuer: 'https://sso', client-id: c, operators: [o], longest-session: 0s; from 1m to 12h",
                "issuer: 'https://sso', client-id: c, operators: [o], client-secret: x; client-secret",
                "issuer: 'https://sso', client-id: c, operators: [o], client-secret-file: nowhere; cannot be read"
            })
    void a_provider_that_does_not_add_up_is_refused(String provider) {
        String[] parts = provider.split("; ", 2);

        assertThat(refusal("upstream: http://a\nconsole: {oidc: {" + parts[0] + "}}"))
                .contains(parts[1]);
    }

    @Test
    void a_secret_that_others_may_read_is_refused_and_one_beyond_this_machine_without_tls() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
        String provider = "{issuer: 'https://sso', client-id: c, operators: [o]";

        assertThat(refusal(
                        "upstream: http://a\nconsole: {oidc: " + provider + ", client-secret-file: " + secret + "}}"))
                .contains("client-secret-file", "chmod 600")
                .doesNotContain("s3cret");
        assertThat(refusal("upstream: http://a\nadmin: 0.0.0.0:8081\nconsole: {oidc: " + provider + "}}"))
                .contains("behind-tls: true");
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
