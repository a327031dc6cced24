package dev.reprise.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each file with a secret that settings name has to be private. That of a password is read when the database is opened. */
class SecretFilesTest extends SettingsFixture {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "console.users | console: {users: FILE}",
                "console.oidc.client-secret-file | console: {oidc: {issuer: 'https://sso', client-id: c, operators: [o], client-secret-file: FILE}}",
                "webhook.authorization-file | webhook: {unknown: 'https://ops.example/', authorization-file: FILE}",
                "encryption.keys | encryption: {keys: FILE}",
                "issued-keys.secrets | issued-keys: {secrets: [FILE]}"
            })
    void that_others_may_read_is_refused_at_the_start_with_what_to_do(String settings) throws Exception {
        String[] parts = settings.split(" \\| ", 2);
        Path file = Files.writeString(folder.resolve("secret"), "planted");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(refusal("upstream: http://a\n" + parts[1].replace("FILE", file.toString())))
                .startsWith(parts[0] + ": The file secret has a secret, and may be read or written by others")
                .contains("chmod 600")
                .doesNotContain("planted");
    }
}
