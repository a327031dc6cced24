package dev.reprise.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** What an operator sees of records that are encrypted, and does to them (S35). */
class EncryptedOperationsTest extends OperationsFixture {
    /** What stands in the answer and nowhere else. */
    private static final String CONTENT = "currency";

    private Path keys() throws Exception {
        Cli.Result made = Cli.run("key", "2026-12");
        assertThat(made.code()).isZero();
        assertThat(made.out().strip()).matches("2026-12:[A-Za-z0-9+/]{43}=");
        Path file = Files.writeString(folder.resolve("keys"), made.out());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    @Test
    void a_name_that_cannot_be_one_is_refused() {
        assertThat(Cli.run("key", "a b").err()).contains("\"a b\" cannot name a key");
    }

    @Test
    void an_answer_is_shown_to_who_has_the_keys_or_asks_the_gateway() throws Exception {
        stopGateway();
        Path keys = keys();
        start("encryption: {keys: " + keys + "}\n");
        assertThat(send(payment("k")).body()).contains(CONTENT);
        assertThat(done("show", "k")).contains(CONTENT);
        stopGateway();

        assertThat(done("show", "k")).doesNotContain(CONTENT).contains("\"encrypted\"");
        assertThat(done("show", "k", "--encryption-keys", keys.toString())).contains(CONTENT);
        assertThat(done("list")).contains("completed  k");
        Path other = Files.writeString(
                folder.resolve("other"), Cli.run("key", "other").out());
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-------"));
        assertThat(done("show", "k", "--encryption-keys", other.toString()))
                .doesNotContain(CONTENT)
                .contains("completed");
    }

    @Test
    void an_answer_is_not_recorded_in_plain_where_others_are_encrypted() throws Exception {
        stopGateway();
        Path keys = keys();
        start("encryption: {keys: " + keys + "}\n");
        send(payment("done"));
        crash("k");
        stopGateway();

        assertThat(refused("resolve", "k", "--status", "201", "--body", "found by hand"))
                .contains("Answers in this store are encrypted; give --encryption-keys");
        assertThat(done("list", "--state", "unknown")).contains("k");
    }

    @Test
    void a_resolved_answer_is_encrypted_as_well() throws Exception {
        stopGateway();
        Path keys = keys();
        String settings = "encryption: {keys: " + keys + ", plain-records: refuse}\n";
        start(settings);
        crash("k");
        stopGateway();

        assertThat(done(
                        "resolve",
                        "k",
                        "--status",
                        "201",
                        "--body",
                        "found by hand",
                        "--encryption-keys",
                        keys.toString()))
                .startsWith("Resolved");

        start(settings);
        assertThat(send(payment("k")).body()).isEqualTo("found by hand");
    }
}
