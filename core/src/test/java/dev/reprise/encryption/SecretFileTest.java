package dev.reprise.encryption;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may read and write a file with a secret. */
class SecretFileTest {
    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Path file;

    @BeforeEach
    void write() throws Exception {
        file = Files.writeString(folder.resolve("secret"), "planted");
    }

    private void allow(String permissions) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw----r--", "rw--w----", "rw-----w-", "rwxrwxrwx"})
    void that_everybody_may_read_or_others_may_write_is_refused_with_what_to_do(String permissions) throws Exception {
        allow(permissions);

        assertThatThrownBy(() -> SecretFile.requirePrivate(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(file.toString(), "may be read or written by others", "chmod 600", "0400")
                .hasMessageNotContaining("planted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--------", "rw-r-----", "r--r-----"})
    void that_its_owner_and_group_alone_may_read_is_taken(String permissions) throws Exception {
        allow(permissions);

        assertThatCode(() -> SecretFile.requirePrivate(file)).doesNotThrowAnyException();
    }

    /** As secrets are mounted: a link to a file with the permissions that count. */
    @Test
    void that_is_linked_to_is_judged_by_where_the_link_leads() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        allow("rw-r--r--");
        assertThatThrownBy(() -> SecretFile.requirePrivate(link)).isInstanceOf(IllegalArgumentException.class);

        allow("rw-------");
        assertThatCode(() -> SecretFile.requirePrivate(link)).doesNotThrowAnyException();
    }

    @Test
    void that_is_not_there_is_no_matter_of_permissions() {
        assertThatThrownBy(() -> SecretFile.requirePrivate(folder.resolve("none")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void without_permissions_is_taken() throws Exception {
        try (FileSystem archive = FileSystems.newFileSystem(folder.resolve("archive.zip"), Map.of("create", "true"))) {
            Path inside = Files.writeString(archive.getPath("/secret"), "planted");

            assertThatCode(() -> SecretFile.requirePrivate(inside)).doesNotThrowAnyException();
        }
    }
}
