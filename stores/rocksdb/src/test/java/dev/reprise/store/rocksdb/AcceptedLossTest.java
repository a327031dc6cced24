package dev.reprise.store.rocksdb;

import static dev.reprise.store.rocksdb.Examples.acquire;
import static dev.reprise.store.rocksdb.Examples.complete;
import static dev.reprise.store.rocksdb.Examples.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.FencingToken;
import dev.reprise.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How an operator goes on when a store has lost records, and what becomes of backups. */
class AcceptedLossTest {
    @TempDir
    private Path temporary;

    private Path folder() {
        return temporary.resolve("store");
    }

    private RocksDbStore open() {
        return RocksDbStore.in(folder()).open();
    }

    /** The first operation is in a table, and the second one in the log. */
    private void completeTwo() {
        try (RocksDbStore store = open()) {
            complete(store, "old");
        }
        try (RocksDbStore store = open()) {
            complete(store, "new");
        }
    }

    private void lose(String files) throws IOException {
        for (Path file : StoreFiles.matching(folder(), files)) {
            StoreFiles.delete(file);
        }
    }

    private void accept() throws IOException {
        Files.createFile(folder().resolve("accept-loss"));
    }

    private void verifyRefused(String what) {
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(folder().toString())
                .hasMessageContaining(what);
    }

    @Test
    void a_loss_that_is_accepted_leaves_the_rest_and_the_next_one_is_refused_again() throws Exception {
        completeTwo();
        lose("db/*.log");
        verifyRefused("its last log is gone or cut off");

        accept();
        try (RocksDbStore store = open()) {
            assertThat(store.find(id("old"))).isPresent();
            assertThat(store.find(id("new"))).isEmpty();
            complete(store, "newest");
        }
        lose("db/*.log");
        verifyRefused("its last log is gone or cut off");
    }

    @Test
    void tokens_go_on_growing_in_a_database_that_is_made_anew_S27() throws Exception {
        FencingToken before;
        try (RocksDbStore store = open()) {
            before = acquire(store, "k").token();
        }
        lose("db");
        verifyRefused("its folder db is gone");

        accept();
        try (RocksDbStore store = open()) {
            assertThat(acquire(store, "k").token()).isGreaterThan(before);
        }
    }

    @Test
    void what_cannot_be_read_is_left_alone_until_it_is_moved_away() throws Exception {
        completeTwo();
        lose("db/CURRENT");
        List<Path> left = StoreFiles.matching(folder(), "db/*");
        accept();

        verifyRefused("move that folder away");
        assertThat(StoreFiles.matching(folder(), "db/*")).isEqualTo(left);

        Files.move(folder().resolve("db"), temporary.resolve("db"));
        try (RocksDbStore store = open()) {
            assertThat(store.find(id("old"))).isEmpty();
            complete(store, "next");
        }
    }

    @Test
    void a_database_whose_marker_is_lost_is_taken_as_it_is_when_that_is_accepted() throws Exception {
        completeTwo();
        lose("reprise-store");
        verifyRefused("put back its file reprise-store");

        accept();
        try (RocksDbStore store = open()) {
            assertThat(store.find(id("new"))).isPresent();
        }
        open().close();
    }

    @Test
    void an_older_backup_of_the_database_is_refused() throws Exception {
        completeTwo();
        StoreFiles.copy(folder().resolve("db"), temporary.resolve("backup"));
        try (RocksDbStore store = open()) {
            complete(store, "after the backup");
        }
        lose("db");
        StoreFiles.copy(temporary.resolve("backup"), folder().resolve("db"));

        verifyRefused("older");
    }

    /** It agrees with itself, so all that shows is that its files are not those that were last in use. */
    @Test
    void a_backup_of_the_whole_folder_is_opened_with_a_warning() throws Exception {
        completeTwo();
        StoreFiles.copy(folder(), temporary.resolve("backup"));
        List<String> warnings = new ArrayList<>();
        Logger logger = Logger.getLogger(Marker.class.getName());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                warnings.add(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        try {
            open().close();
            assertThat(warnings).isEmpty();
            StoreFiles.delete(folder());
            StoreFiles.copy(temporary.resolve("backup"), folder());
            open().close();
            open().close();
            assertThat(warnings).singleElement().asString().contains("was copied, restored");
        } finally {
            logger.removeHandler(handler);
        }
    }
}
