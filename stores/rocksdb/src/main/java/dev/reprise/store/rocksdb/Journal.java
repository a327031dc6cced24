package dev.reprise.store.rocksdb;

import dev.reprise.FencingToken;
import dev.reprise.OperationRecord;
import dev.reprise.store.rocksdb.RocksDatabase.Table;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Which operations run, on the disk: a numbered entry per batch says which started and which ended in it. That is a
 * single small write for a whole batch, where a row per operation would be two for each.
 *
 * <p>Now and then an entry holds all that run, and those before it are deleted; so reading the journal when the store
 * opens takes a moment, however many operations there have been.
 */
final class Journal {
    private static final int ALL = 0;
    private static final int STARTED = 1;
    private static final int ENDED = 2;
    private static final int BYTES_BETWEEN_CHECKPOINTS = 8 << 20;

    private long lastEntry;
    /** Of a journal that was just opened more than enough: its first batch begins it anew. */
    private long bytesSinceCheckpoint = Long.MAX_VALUE;

    private Encoder entry = new Encoder(1024);
    private boolean empty = true;

    /** Reads which operations ran when the journal was last written, and goes on behind it. */
    Map<FencingToken, OperationRecord> read(RocksDatabase database) throws RocksDBException {
        Map<FencingToken, OperationRecord> running = new LinkedHashMap<>();
        database.scan(Table.JOURNAL, new byte[0], null, (key, value) -> {
            lastEntry = new Decoder(key).sortable();
            for (Decoder decoder = new Decoder(value); decoder.hasMore(); ) {
                switch (decoder.oneByte()) {
                    case ALL -> running.clear();
                    case STARTED -> {
                        OperationRecord record = RecordCodec.decode(Keys.id(decoder.counted()), decoder);
                        running.put(record.token(), record);
                    }
                    case ENDED -> running.remove(new FencingToken(decoder.number()));
                    default -> throw new IllegalStateException("Entry " + lastEntry + " of the journal is damaged");
                }
            }
            return true;
        });
        return running;
    }

    void started(byte[] key, OperationRecord record) {
        empty = false;
        RecordCodec.encode(record, entry.oneByte(STARTED).counted(key));
    }

    void ended(FencingToken token) {
        empty = false;
        entry.oneByte(ENDED).number(token.value());
    }

    /** Whether it is time for {@link #checkpoint} instead of {@link #append}. */
    boolean checkpointDue() {
        return bytesSinceCheckpoint > BYTES_BETWEEN_CHECKPOINTS;
    }

    /** Adds the entry for what was started and ended, if anything was. */
    void append(RocksDatabase database, WriteBatch batch) throws RocksDBException {
        if (!empty) {
            byte[] bytes = entry.toBytes();
            database.put(batch, Table.JOURNAL, key(++lastEntry), bytes);
            bytesSinceCheckpoint += bytes.length;
            startEntry(bytes.length);
        }
    }

    /** Adds an entry with all that are worked on after this batch, in place of all entries so far. */
    void checkpoint(RocksDatabase database, WriteBatch batch, Collection<OperationRecord> running)
            throws RocksDBException {
        startEntry(1024);
        entry.oneByte(ALL);
        running.forEach(record -> started(Keys.of(record.id()), record));
        byte[] next = key(++lastEntry);
        database.deleteRange(batch, Table.JOURNAL, key(0), next);
        database.put(batch, Table.JOURNAL, next, entry.toBytes());
        bytesSinceCheckpoint = 0;
        startEntry(1024);
    }

    private void startEntry(int expectedLength) {
        entry = new Encoder(expectedLength);
        empty = true;
    }

    private static byte[] key(long number) {
        return new Encoder(8).sortable(number).toBytes();
    }
}
