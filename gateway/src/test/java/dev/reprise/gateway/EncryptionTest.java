package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.encryption.LocalKeyring;
import dev.reprise.gateway.config.ConfigException;
import dev.reprise.gateway.config.EncryptionSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What records keep, for who gets hold of them (S35). */
class EncryptionTest {
    private static final String OLD = LocalKeyring.newLine("old");
    private static final String NEW = LocalKeyring.newLine("new");
    private static final String CREDENTIAL = "planted-credential-71";
    private static final String ASKED = "planted-card-4242";
    private static final String ANSWERED = "planted-answer-1881";
    private static final String FIELD = "planted-field-9313";

    @TempDir
    private Path folder;

    private final TestService service = new TestService();

    EncryptionTest() {
        service.behave((request, body) -> request.response()
                .setStatusCode(201)
                .putHeader("X-Account", FIELD)
                .end(ANSWERED + " " + service.received().size()));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private GatewayFixture gateway(String settings) {
        return new GatewayFixture(folder, "upstream: http://127.0.0.1:" + service.port() + "\n" + settings);
    }

    private GatewayFixture encrypted(String keys, String more) throws IOException {
        Path file = folder.resolve("keys");
        Files.writeString(file, keys);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return gateway("encryption: {keys: " + file + more + "}\n");
    }

    private static HttpResponse<String> pay(GatewayFixture gateway, String key) throws Exception {
        return gateway.send(gateway.request("/charges")
                .header("Authorization", "Bearer " + CREDENTIAL)
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(ASKED)));
    }

    private List<Path> filesWith(String text) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("store"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> {
                        try {
                            return Files.readString(file, StandardCharsets.ISO_8859_1)
                                    .contains(text);
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }

    /** So that a search which finds nothing means something. */
    @Test
    void without_it_the_folder_can_be_read() throws Exception {
        try (GatewayFixture gateway = gateway("")) {
            pay(gateway, "k");
        }

        assertThat(filesWith(ANSWERED)).isNotEmpty();
        assertThat(filesWith(FIELD)).isNotEmpty();
    }

    @Test
    void a_replay_is_the_answer_to_the_byte_and_the_folder_tells_nothing_of_it() throws Exception {
        HttpResponse<String> first;
        HttpResponse<String> replay;
        try (GatewayFixture gateway = encrypted(OLD, "")) {
            first = pay(gateway, "k");
        }
        try (GatewayFixture gateway = encrypted(OLD, "")) {
            replay = pay(gateway, "k");
        }

        assertThat(first.body()).isEqualTo(ANSWERED + " 1");
        assertThat(replay.body()).isEqualTo(first.body());
        assertThat(replay.headers().firstValue("X-Account")).contains(FIELD);
        assertThat(replay.headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(service.received()).hasSize(1);
        for (String secret : List.of(CREDENTIAL, ASKED, ANSWERED, FIELD)) {
            assertThat(filesWith(secret)).as(secret).isEmpty();
        }
    }

    @Test
    void keys_are_changed_without_writing_records_again() throws Exception {
        try (GatewayFixture gateway = encrypted(OLD, "")) {
            pay(gateway, "before");
        }
        try (GatewayFixture gateway = encrypted(OLD + "\n" + NEW + "\n", "")) {
            pay(gateway, "after");
            assertThat(pay(gateway, "before").body()).isEqualTo(ANSWERED + " 1");
        }
        try (GatewayFixture gateway = encrypted(NEW, "")) {
            assertThat(pay(gateway, "after").body()).isEqualTo(ANSWERED + " 2");
            HttpResponse<String> unreadable = pay(gateway, "before");
            assertThat(unreadable.statusCode()).isEqualTo(503);
        }

        assertThat(service.received()).as("nothing is executed again").hasSize(2);
    }

    @Test
    void plain_records_of_before_are_replayed_unless_they_are_refused() throws Exception {
        try (GatewayFixture gateway = gateway("")) {
            pay(gateway, "k");
        }
        try (GatewayFixture gateway = encrypted(OLD, "")) {
            assertThat(pay(gateway, "k").body()).isEqualTo(ANSWERED + " 1");
        }
        try (GatewayFixture gateway = encrypted(OLD, ", plain-records: refuse")) {
            assertThat(pay(gateway, "k").statusCode()).isEqualTo(503);
            assertThat(pay(gateway, "new").statusCode()).isEqualTo(201);
        }

        assertThat(service.received()).hasSize(2);
    }

    /** S22: there is a record, so this is no store that does not answer. */
    @Test
    void what_cannot_be_read_is_not_executed_again_also_where_failures_of_the_store_are_ignored() throws Exception {
        try (GatewayFixture gateway = encrypted(OLD, "")) {
            pay(gateway, "k");
        }
        try (GatewayFixture gateway = encrypted(NEW, "}\ndefaults: {store-failure: fail-open")) {
            assertThat(pay(gateway, "k").statusCode()).isEqualTo(503);
        }

        assertThat(service.received()).hasSize(1);
    }

    @Test
    void a_gateway_that_was_not_given_the_keys_does_not_answer_with_what_it_cannot_read() throws Exception {
        try (GatewayFixture gateway = encrypted(OLD, "")) {
            pay(gateway, "k");
        }
        try (GatewayFixture gateway = gateway("");
                CapturedLogs logs = CapturedLogs.ofEverything()) {
            assertThat(pay(gateway, "k").statusCode()).isEqualTo(503);
            assertThat(pay(gateway, "new").statusCode()).isEqualTo(201);
            assertThat(logs.text()).contains("This process has no keys of encryption");
        }

        assertThat(service.received()).hasSize(2);
    }

    /** What an option says of the keys leaves the rest of the section alone. */
    @Test
    void plain_records_stay_refused_where_the_keys_are_an_option() throws Exception {
        Path file = folder.resolve("keys");
        Files.writeString(file, OLD);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        try (GatewayFixture gateway = gateway("")) {
            pay(gateway, "k");
        }
        String yaml = "upstream: http://127.0.0.1:" + service.port() + "\nencryption: {plain-records: refuse}\n";
        try (Gateway gateway = Gateway.start(
                GatewayFixture.settings(folder, yaml).withEncryptionKeys(file).complete())) {
            HttpRequest retry = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + gateway.address().port() + "/charges"))
                    .header("Authorization", "Bearer " + CREDENTIAL)
                    .header("Idempotency-Key", "k")
                    .POST(BodyPublishers.ofString(ASKED))
                    .build();
            try (HttpClient client = HttpClient.newHttpClient()) {
                assertThat(client.send(retry, HttpResponse.BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(503);
            }
        }

        assertThat(service.received()).hasSize(1);
    }

    @Test
    void what_cannot_be_a_setting_keeps_the_gateway_from_starting() {
        assertThatThrownBy(() -> gateway("encryption: {keys: " + folder.resolve("none") + "}\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("encryption.keys: The file of keys")
                .hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> encrypted("k:short", ""))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("has no key in line 1");
    }

    @Test
    void keys_can_come_from_the_environment() {
        assertThat(EncryptionSettings.complete(null, Map.of())).isNull();
        assertThat(EncryptionSettings.complete(null, Map.of(EncryptionSettings.VARIABLE, OLD + " " + NEW)))
                .isNotNull();
        assertThatThrownBy(() -> EncryptionSettings.complete(null, Map.of(EncryptionSettings.VARIABLE, "")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("REPRISE_ENCRYPTION_KEYS: The text has no keys");
        assertThatThrownBy(() -> EncryptionSettings.complete(new EncryptionSettings(null, null), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("encryption has no keys");
    }
}
