package dev.reprise.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.gateway.PrivateFile;
import dev.reprise.store.jdbc.TableName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** Where the records are in a database. */
class DatabaseSettingsTest extends SettingsFixture {
    @Test
    void is_read() throws Exception {
        GatewaySettings settings = read("""
                database:
                  url: jdbc:mysql://db/records
                  user: reprise
                  password-file: db.password
                  table: ledger.operation
                  connections: 5
                  cache: 16MiB
                """);

        assertThat(settings.location())
                .isEqualTo(new StoreLocation.Database(new DatabaseSettings(
                        "jdbc:mariadb://db/records",
                        "reprise",
                        Path.of("db.password"),
                        TableName.of("ledger.operation"),
                        5,
                        new Size(16 << 20))));
    }

    @Test
    void named_by_a_flag_replaces_the_folder_of_the_file() throws Exception {
        GatewaySettings flags = read("database: {url: 'jdbc:postgresql://db/records'}");

        assertThat(flags.orElse(read("store: folder")).location()).isInstanceOf(StoreLocation.Database.class);
        assertThat(read("store: folder").orElse(flags).location()).isInstanceOf(StoreLocation.Folder.class);
    }

    @Test
    void is_shown_without_its_secrets() {
        assertThat(DatabaseSettings.of("jdbc:postgresql://db/records?user=a&password=secret"))
                .hasToString("jdbc:postgresql://db/records");
    }

    @Test
    void has_its_password_in_a_file() throws Exception {
        Path file = PrivateFile.write(folder.resolve("password"), "secret\n");

        assertThat(new DatabaseSettings("jdbc:postgresql://x/y", null, file, null, null, null).password())
                .isEqualTo("secret");
        assertThatThrownBy(() -> new DatabaseSettings(
                                "jdbc:postgresql://x/y", null, folder.resolve("no"), null, null, null)
                        .password())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("database.password-file");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> new DatabaseSettings("jdbc:postgresql://x/y", null, file, null, null, null).password())
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("database.password-file", "chmod 600");
    }
}
