package dev.reprise.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.IdempotencyException;
import dev.reprise.encryption.Keyring.WrappedKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that are given to this process (S35). */
class LocalKeyringTest {
    private static final String OLD = LocalKeyring.newLine("2026-11");
    private static final String NEW = LocalKeyring.newLine("2026-12");

    @TempDir
    private Path folder;

    private static byte[] dataKey() {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 7);
        return key;
    }

    @Test
    void the_last_one_encrypts_and_all_decrypt() {
        WrappedKey before = LocalKeyring.of(OLD).wrap(dataKey());
        LocalKeyring both = LocalKeyring.of(OLD + "\n" + NEW + "\n");

        WrappedKey after = both.wrap(dataKey());

        assertThat(before.keyName()).isEqualTo("2026-11");
        assertThat(after.keyName()).isEqualTo("2026-12");
        assertThat(both.unwrap(before)).isEqualTo(dataKey());
        assertThat(both.unwrap(after)).isEqualTo(dataKey());
    }

    @Test
    void without_the_key_it_says_which_one_is_missing() {
        WrappedKey before = LocalKeyring.of(OLD).wrap(dataKey());

        assertThatThrownBy(() -> LocalKeyring.of(NEW).unwrap(before))
                .isInstanceOf(IdempotencyException.class)
                .hasMessageContaining("needs the key 2026-11, which is not among those given (2026-12)");
    }

    @Test
    void another_key_of_the_same_name_does_not_pass_for_it() {
        WrappedKey before = LocalKeyring.of(OLD).wrap(dataKey());

        assertThatThrownBy(
                        () -> LocalKeyring.of(LocalKeyring.newLine("2026-11")).unwrap(before))
                .isInstanceOf(IdempotencyException.class)
                .hasMessageContaining("another key of the same name");
    }

    @Test
    void a_wrapped_key_is_not_good_under_another_name() {
        String same = OLD.substring(OLD.indexOf(':'));
        WrappedKey before = LocalKeyring.of(OLD).wrap(dataKey());

        assertThatThrownBy(() -> LocalKeyring.of("x" + same).unwrap(new WrappedKey("x", before.bytes())))
                .isInstanceOf(IdempotencyException.class);
    }

    @Test
    void spaces_and_comments_are_allowed_and_so_is_the_alphabet_of_urls() {
        String urls = "u:" + "_-".repeat(21) + "8=";
        LocalKeyring keys = LocalKeyring.of("# of the ops team\n  " + OLD + " " + urls + " # both\n\n");

        assertThat(keys.toString()).isEqualTo("LocalKeyring[2026-11, u]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# nothing",
                "2026-11",
                "2026-11:",
                ":AAAA",
                "2026-11:c2hvcnQ=",
                "a b:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "k:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "k:!AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
            })
    void what_is_no_key_is_refused_and_not_shown(String text) {
        assertThatThrownBy(() -> LocalKeyring.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reprise key NAME")
                .hasMessageNotContaining("AAAA")
                .hasMessageNotContaining("c2hv");
    }

    @Test
    void two_of_a_name_are_refused() {
        assertThatThrownBy(() -> LocalKeyring.of(OLD + "\n" + OLD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two keys of the name 2026-11");
    }

    @Test
    void a_file_that_everybody_can_read_is_refused() throws Exception {
        Path file = Files.writeString(folder.resolve("keys"), OLD + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> LocalKeyring.ofFile(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("chmod 600");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw--w----"));
        assertThatThrownBy(() -> LocalKeyring.ofFile(file))
                .as("who can append a key decides which one encrypts")
                .hasMessageContaining("may be read or written by others");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(LocalKeyring.ofFile(file).toString()).isEqualTo("LocalKeyring[2026-11]");
    }

    @Test
    void a_file_that_is_not_there_says_so() {
        assertThatThrownBy(() -> LocalKeyring.ofFile(folder.resolve("none")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void no_text_of_it_shows_a_key() {
        String secret = OLD.substring(OLD.indexOf(':') + 1);
        LocalKeyring keys = LocalKeyring.of(OLD);

        assertThat(keys.toString() + keys.wrap(dataKey())).doesNotContain(secret);
    }
}
