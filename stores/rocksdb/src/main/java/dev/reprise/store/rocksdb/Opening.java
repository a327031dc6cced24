package dev.reprise.store.rocksdb;

import dev.reprise.spi.StoreException;
import dev.reprise.store.rocksdb.RocksDatabase.Table;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The database while it is open, and what belongs to that time. Ends with the first write that fails: what is in memory
 * may disagree with the disk then, so the database has to be opened anew.
 */
final class Opening implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Opening.class.getName());
    private static final String ADVICE = "; see that its disk has room and works, and the store goes on by itself";
    private static final byte[] OPENINGS = "openings".getBytes(StandardCharsets.US_ASCII);
    private static final int BITS_PER_OPENING = 40;
    /** It grows a few times in a minute, and asking costs more than the rest of a note. */
    private static final Duration AGE_OF_MANIFEST = Duration.ofMillis(100);

    private final StoreFolder folder;
    private final RocksDatabase database;
    private final Manifest manifest;
    private long manifestBytes;
    private long manifestAge = System.nanoTime();
    private final long number;
    private final Journal journal;
    private final Expiries expiries;
    private volatile boolean failed;
    private volatile @Nullable StoreException failure;

    private Opening(StoreFolder folder, RocksDatabase database) throws RocksDBException, IOException {
        this.folder = folder;
        this.database = database;
        manifest = Manifest.in(folder.database());
        manifestBytes = manifest.bytes();
        byte[] last = database.get(Table.META, OPENINGS);
        number = Math.max(
                        last == null ? 0 : new Decoder(last).number(),
                        folder.marker().watermark().opening())
                + 1;
        journal = new Journal();
        expiries = new Expiries(firstNumber());
        try (WriteBatch batch = new WriteBatch()) {
            database.put(
                    batch, Table.META, OPENINGS, new Encoder(10).number(number).toBytes());
            database.write(batch);
        }
    }

    /**
     * Opens the database of a folder, if it has lost nothing.
     *
     * @param again whether this process has had it open
     * @throws StoreException if it has; the message says what to do
     */
    static Opening of(StoreFolder folder, boolean again) throws RocksDBException, IOException {
        LossCheck check = new LossCheck(folder);
        check.beforeOpening(again);
        RocksDatabase database = RocksDatabase.open(folder.database(), check.isFirst());
        try {
            check.afterOpening(database);
            return new Opening(folder, database);
        } catch (Throwable e) {
            database.close();
            throw e;
        }
    }

    /** Makes what was done so far durable, and ends the acceptance of a loss. */
    void begin() throws RocksDBException, IOException {
        sync();
        folder.marker().makeDurable();
        Loss.forgetAcceptance(folder.path());
    }

    /** Makes everything durable that is written so far, and notes that outside of the database. For one thread. */
    void sync() throws RocksDBException, IOException {
        // What is written during the sync may not be durable after it.
        long change = database.lastChange();
        database.sync();
        long now = System.nanoTime();
        if (now - manifestAge > AGE_OF_MANIFEST.toNanos()) {
            manifestAge = now;
            manifestBytes = manifest.bytes();
        }
        folder.marker().note(number, change, manifest, manifestBytes);
    }

    /**
     * Ends this opening because of something that was thrown by a write, or on the way from there to its caller.
     *
     * @return what callers get
     */
    StoreException fail(Throwable cause) {
        // Before anything that memory may be too short for.
        failed = true;
        String reason = cause instanceof RocksDBException ? cause.getMessage() : cause.toString();
        StoreException exception =
                new StoreException("A write to " + folder.database() + " failed: " + reason + ADVICE, cause);
        failure = exception;
        LOG.log(Level.ERROR, exception.getMessage(), cause);
        return exception;
    }

    boolean hasFailed() {
        return failed;
    }

    /** What callers get whose changes were on their way when the opening failed. */
    StoreException failure() {
        StoreException known = failure;
        return known != null ? known : new StoreException("A write to " + folder.database() + " failed" + ADVICE, null);
    }

    RocksDatabase database() {
        return database;
    }

    Journal journal() {
        return journal;
    }

    Expiries expiries() {
        return expiries;
    }

    /** Less than all numbers that come from later openings, and greater than those from earlier ones. */
    long firstNumber() {
        return number << BITS_PER_OPENING;
    }

    @Override
    public void close() {
        database.close();
    }
}
