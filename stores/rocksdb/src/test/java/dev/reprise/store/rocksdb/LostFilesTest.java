package dev.reprise.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.spi.StoreException;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.FullProof;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of a store that are gone or cut off: either it is refused until they are put back, or nothing is lost. What was
 * acknowledged is never taken for new, since that would be a second execution.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LostFilesTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Which of the files that match. */
    enum Which {
        OLDEST,
        NEWEST,
        ALL;

        private List<Path> of(List<Path> files) {
            return switch (this) {
                case OLDEST -> List.of(files.getFirst());
                case NEWEST -> List.of(files.getLast());
                case ALL -> files;
            };
        }
    }

    /** What happens to them. */
    enum Loss {
        GONE,
        HALVED,
        SHORTENED;

        private void happenTo(Path file) throws IOException {
            switch (this) {
                case GONE -> StoreFiles.delete(file);
                case HALVED -> StoreFiles.truncate(file, Files.size(file) / 2);
                case SHORTENED -> StoreFiles.truncate(file, Math.max(0, Files.size(file) - 40));
            }
        }
    }

    private final Acknowledged acknowledged = new Acknowledged();
    private Path sources = Path.of("");

    /** A store that was killed at work, with several logs; and what a next process made of it, with tables alone. */
    @BeforeAll
    void makeStores(@TempDir Path folder) throws Exception {
        sources = folder;
        Path killed = folder.resolve("killed");
        try (ChildProcess user = ChildProcess.java(StoreUser.class, List.of(), List.of(killed.toString()))) {
            while (StoreFiles.matching(killed, "db/*.log").size() < 2) {
                awaitMore(user, 100);
            }
            awaitMore(user, 2_000);
            user.kill();
            acknowledged.add(user.output());
        }
        Path closed = folder.resolve("closed");
        StoreFiles.copy(killed, closed);
        RocksDbStore.in(closed).open().close();
    }

    private static void awaitMore(ChildProcess user, int lines) {
        int wanted = user.output().size() + lines;
        user.awaitLine(line -> user.output().size() > wanted, LIMIT);
    }

    private static Stream<Arguments> losses() {
        List<Arguments> losses = new ArrayList<>();
        for (String source : List.of("killed", "closed")) {
            for (String single : List.of(
                    "db/CURRENT", "db/IDENTITY", "db/LOG", "db/LOCK", "db/MANIFEST-*", "reprise-store", "lock")) {
                losses.add(Arguments.of(source, single, Which.NEWEST, Loss.GONE));
                losses.add(Arguments.of(source, single, Which.NEWEST, Loss.HALVED));
            }
            losses.add(Arguments.of(source, "db/MANIFEST-*", Which.NEWEST, Loss.SHORTENED));
            losses.add(Arguments.of(source, "db/OPTIONS-*", Which.ALL, Loss.GONE));
            losses.add(Arguments.of(source, "db/OPTIONS-*", Which.ALL, Loss.HALVED));
            for (String several : List.of("db/*.log", "db/*.sst", "db/*.blob")) {
                losses.add(Arguments.of(source, several, Which.ALL, Loss.GONE));
                losses.add(Arguments.of(source, several, Which.OLDEST, Loss.GONE));
                losses.add(Arguments.of(source, several, Which.OLDEST, Loss.SHORTENED));
                losses.add(Arguments.of(source, several, Which.NEWEST, Loss.GONE));
                losses.add(Arguments.of(source, several, Which.NEWEST, Loss.HALVED));
                losses.add(Arguments.of(source, several, Which.NEWEST, Loss.SHORTENED));
            }
            losses.add(Arguments.of(source, "db/{CURRENT,*.log}", Which.ALL, Loss.GONE));
            losses.add(Arguments.of(source, "db/*", Which.ALL, Loss.GONE));
            losses.add(Arguments.of(source, "db", Which.ALL, Loss.GONE));
        }
        // Every other one is tried in a small run, which is every kind of loss and every file.
        return IntStream.range(0, losses.size())
                .filter(i -> FullProof.WANTED || i % 2 == 0)
                .mapToObj(losses::get);
    }

    /** Cut off at the right place, it knows neither of the log nor of the table that followed it. */
    @Test
    void a_list_of_files_is_refused_wherever_it_is_cut_off_S19(@TempDir Path temporary) throws Exception {
        Path folder = temporary.resolve("store");
        StoreFiles.copy(sources.resolve("killed"), folder);
        StoreFiles.delete(StoreFiles.matching(folder, "db/*.log").getFirst());
        Path manifest = StoreFiles.matching(folder, "db/MANIFEST-*").getLast();
        for (long size = Files.size(manifest) - 1; size > 0; size -= FullProof.WANTED ? 17 : 101) {
            StoreFiles.truncate(manifest, size);

            assertThatThrownBy(() -> RocksDbStore.in(folder).open()).isInstanceOf(StoreException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void are_refused_or_nothing_is_lost_S19(
            String source, String files, Which which, Loss loss, @TempDir Path temporary) throws Exception {
        Path folder = temporary.resolve("store");
        StoreFiles.copy(sources.resolve(source), folder);
        for (Path file : which.of(StoreFiles.matching(folder, files))) {
            loss.happenTo(file);
        }

        try (RocksDbStore store = RocksDbStore.in(folder).open()) {
            acknowledged.verifyOrRefused(store);
            return;
        } catch (StoreException refused) {
            assertThat(refused)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining(folder.resolve("accept-loss").toString());
        }
        StoreFiles.copy(sources.resolve(source), folder);
        try (RocksDbStore store = RocksDbStore.in(folder).open()) {
            acknowledged.verify(store);
        }
    }
}
