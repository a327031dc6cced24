package dev.reprise.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.OperationId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

class ExpiriesTest {
    private static final Instant TIME = Instant.ofEpochMilli(1_000);

    @TempDir
    private Path folder;

    @Test
    void what_expires_together_is_in_small_entries_and_in_one_of_them() throws RocksDBException {
        List<OperationId> ids = IntStream.range(0, 2 * Expiries.MOST + 1)
                .mapToObj(i -> Examples.id("k" + i))
                .toList();
        try (RocksDatabase database = RocksDatabase.open(folder, true);
                WriteBatch batch = new WriteBatch()) {
            Expiries expiries = new Expiries(0);
            ids.forEach(id -> expiries.add(Keys.of(id), TIME));
            expiries.append(database, batch);
            database.write(batch);

            List<Expiries.Expired> found = Expiries.expired(database, Expiries.Entry.FIRST, TIME, 1_000);

            assertThat(found).extracting(expired -> expired.ids().size()).containsExactly(25, 25, 1);
            assertThat(found).flatExtracting(Expiries.Expired::ids).containsExactlyElementsOf(ids);
        }
    }
}
