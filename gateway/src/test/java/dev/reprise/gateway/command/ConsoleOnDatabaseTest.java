package dev.reprise.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.console.access.ConsoleToken;
import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.Role;
import dev.reprise.gateway.Gateway;
import dev.reprise.gateway.config.SettingsFile;
import dev.reprise.store.jdbc.SqlDialect;
import dev.reprise.store.jdbc.TableName;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The console of a gateway whose records are in a database, beside operations with steps. */
@ExtendWith(SharedServers.class)
class ConsoleOnDatabaseTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final String url;

    @TempDir
    private Path folder;

    ConsoleOnDatabaseTest(PostgresServer server) {
        String database = server.newDatabase();
        server.execute(database, SqlDialect.POSTGRESQL.script(TableName.DEFAULT));
        url = server.url(database);
    }

    private Gateway start(String console) throws IOException {
        Path file = Files.writeString(
                folder.resolve("reprise.yaml"),
                "listen: 0\nadmin: 0\nupstream: http://127.0.0.1:9\ndatabase: {url: '" + url + "'}\n" + console);
        return Gateway.start(SettingsFile.read(file).complete());
    }

    private HttpResponse<String> send(Gateway gateway, String path, String cookie, String form)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://" + gateway.admin() + "/console" + path))
                .header("Cookie", cookie)
                .header("Sec-Fetch-Site", "same-origin");
        return client.send(
                (form.isEmpty() ? request : request.POST(BodyPublishers.ofString(form))).build(),
                BodyHandlers.ofString());
    }

    @Test
    void is_off_while_nobody_could_sign_in() throws Exception {
        try (Gateway gateway = start("")) {
            HttpResponse<String> off = send(gateway, "/", "", "");

            assertThat(off.statusCode()).isEqualTo(404);
            assertThat(off.body()).contains("console.users");
            assertThat(gateway.hasConsole()).isFalse();
        }
    }

    @Test
    void shows_types_with_steps_and_where_the_audit_is() throws Exception {
        ConsoleToken token = ConsoleToken.create(new SecureRandom());
        Path users =
                Files.writeString(folder.resolve("users"), token.line(new ConsoleUser("olivia", Role.OPERATOR)) + "\n");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        try (Gateway gateway = start("console: {users: " + users + "}\n")) {
            String cookie = send(gateway, "/sign-in", "", "token=" + token.text())
                    .headers()
                    .firstValue("set-cookie")
                    .orElseThrow()
                    .split(";", 2)[0];

            String overview = send(gateway, "/", cookie, "").body();

            assertThat(overview).contains("Types with steps", "in the log of the process only", "olivia, operator");
            assertThat(send(gateway, "/audit?of=steps", cookie, "").body()).contains("Kept in the database");
        }
    }
}
