package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.gateway.command.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Settings that are wrong where a secret is. */
final class WrongSecretSettings {
    private final Path folder;
    private final Secrets secrets;
    private final List<String> said = new ArrayList<>();

    WrongSecretSettings(Path folder, Secrets secrets) throws IOException {
        this.folder = Files.createDirectories(folder.resolve("wrong"));
        this.secrets = secrets;
    }

    /** What the author of each is told. */
    List<String> report() throws IOException {
        String others = "listen: 0\nadmin: 0\nupstream: http://127.0.0.1:9\nstore: " + folder.resolve("none") + "\n";
        String user = "u:" + secrets.password.text() + "@";
        String path = "/" + secrets.webhookPath.text() + "?" + secrets.webhookQuery.text();
        refuse("upstream: http://" + user + "127.0.0.1:9000\n");
        refuse("upstream: ftp://" + user + "127.0.0.1:9000\n");
        refuse("upstream: 'http://" + user + "127.0.0.1: 9000'\n");
        refuse("upstream: \"http://" + user + "127.0.0.1\n");
        refuse(others + "authorization: {url: 'ftp://" + user + "127.0.0.1/authorize'}\n");
        refuse(others + "authorization: {url: 'http://" + user + "a b'}\n");
        refuse(others + "webhook: {unknown: 'https://" + user + "ops.example" + path + "'}\n");
        refuse(others + "webhook: {unknown: 'htps://ops.example" + path + "'}\n");
        refuse(others + "webhook: {unknown: 'https:/ops.example" + path + "'}\n");
        refuse(others + "webhook: {unknown: 'http://ops.example" + path + "'}\n");
        refuse(others + "webhook: {authorization: " + secrets.webhookCredential.text() + "}\n");
        refuse(others + "console: {users: " + file("olivia operator " + secrets.token.text(), "rw-------") + "}\n");
        refuse(others + "console: {token: " + secrets.token.text() + "}\n");
        String provider = "client-id: c, operators: [o]";
        refuse(others + "console: {oidc: {issuer: 'https://" + user + "sso.example', " + provider + "}}\n");
        refuse(others + "console: {oidc: {issuer: 'https://sso.example', " + provider + ", client-secret-file: "
                + file(secrets.clientSecret.text(), "rw-r--r--") + "}}\n");
        refuse(others + "console: {oidc: {issuer: 'https://sso.example', " + provider + ", client-secret: "
                + secrets.clientSecret.text() + "}}\n");
        refuse(others + "encryption: {keys: " + file(secrets.encryptionKey.asKey(), "rw-------") + "}\n");
        refuse(others + "encryption: {key: '" + secrets.encryptionKey.asKey() + "'}\n");
        refuse(others + "issued-keys: {secrets: [" + file(secrets.issuing.text().substring(0, 31), "rw-------")
                + "]}\nroutes: [{path: /a, issue-keys-at: /b}]\n");
        refuse("gateway", "--upstream", "http://" + user + "127.0.0.1:9000");
        refuse("gateway", "--upstream", "http://127.0.0.1:9", "--authorize", "ftp://" + user + "127.0.0.1");
        return said;
    }

    private Path file(String text, String permissions) throws IOException {
        Path file = Files.writeString(Files.createTempFile(folder, "secret", ""), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private void refuse(String yaml) throws IOException {
        refuse("gateway", "--config", file(yaml, "rw-------").toString());
    }

    private void refuse(String... command) {
        Cli.Result result = Cli.run(command);
        assertThat(result.code()).as("command %s", said.size() + 1).isNotZero();
        assertThat(result.err()).startsWith("reprise: ");
        said.add(result.out() + result.err());
    }
}
