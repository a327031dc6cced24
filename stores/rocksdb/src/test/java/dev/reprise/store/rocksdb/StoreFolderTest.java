package dev.reprise.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.reprise.spi.StoreException;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.SmallDisk;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that cannot be used, and what their owner is told. */
class StoreFolderTest {
    @TempDir
    private Path folder;

    private void open() {
        RocksDbStore.in(folder).open().close();
    }

    @Test
    void is_created_with_its_parents() {
        Path deep = folder.resolve("a/b/c");

        RocksDbStore.in(deep).open().close();

        assertThat(deep).isDirectory();
    }

    @Test
    void in_use_by_this_process_is_refused() {
        try (RocksDbStore store = RocksDbStore.in(folder).open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(StoreInUseException.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("in use by another process");
            Examples.complete(store, "k");
        }
        open();
    }

    @Test
    void in_use_by_another_process_is_refused_until_that_one_is_killed() throws Exception {
        try (ChildProcess other = ChildProcess.java(StoreUser.class, List.of(), List.of(folder.toString()))) {
            other.awaitLine(line -> line.startsWith("acknowledged"), Duration.ofSeconds(30));

            assertThatThrownBy(this::open).isInstanceOf(StoreInUseException.class);

            other.kill();
        }
        open();
    }

    @Test
    void that_is_a_file_is_refused() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertThatThrownBy(() -> RocksDbStore.in(file).open())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is a file");
    }

    @Test
    void with_other_peoples_files_is_refused_and_left_alone() throws Exception {
        Files.writeString(folder.resolve("thesis.txt"), "x");

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("thesis.txt")
                .hasMessageContaining("choose an empty or a new folder");
        assertThat(folder.toFile().list()).containsExactly("thesis.txt");
    }

    @Test
    void of_a_newer_release_is_refused() throws Exception {
        open();
        Files.writeString(folder.resolve("reprise-store"), "Reprise store, format 2\n");

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("format 2")
                .hasMessageContaining("reads format 1");
    }

    @Test
    void with_a_foreign_marker_is_refused() throws Exception {
        Files.writeString(folder.resolve("reprise-store"), "something else\n");

        assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessageContaining("reprise-store");
    }

    @Test
    void that_is_not_writable_is_refused() {
        File readOnly = folder.resolve("read-only").toFile();
        assertThat(readOnly.mkdir() && readOnly.setWritable(false)).isTrue();
        assumeFalse(readOnly.canWrite(), "this user may write everywhere");

        assertThatThrownBy(() -> RocksDbStore.in(readOnly.toPath()).open())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("not writable");
    }

    @Test
    void on_a_disk_that_is_mounted_read_only_is_refused() {
        open();
        try (SmallDisk disk = SmallDisk.readOnly(folder)) {
            assertThatThrownBy(() -> RocksDbStore.in(disk.root()).open())
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("cannot be used")
                    .hasMessageContaining("Read-only file system");
        }
        open();
    }

    @Test
    void with_a_damaged_database_is_refused_with_its_path() throws Exception {
        open();
        try (var files = Files.list(folder.resolve("db"))) {
            for (Path manifest : files.filter(
                            file -> file.getFileName().toString().startsWith("MANIFEST"))
                    .toList()) {
                Files.writeString(manifest, "damaged");
            }
        }

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("MANIFEST-");
    }
}
