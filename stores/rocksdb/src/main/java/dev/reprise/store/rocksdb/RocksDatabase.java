package dev.reprise.store.rocksdb;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB as it is set up for this store. Every call is native, so none may come from a virtual thread but {@link #mayHave},
 * which does not wait for anything; and none may come after {@link #close}, which whoever owns the object sees to.
 */
final class RocksDatabase implements AutoCloseable {
    /** The column families. */
    enum Table {
        /** What the store knows about itself. */
        META("default"),
        /** See {@link Journal}. */
        JOURNAL("journal"),
        /** Unknown operations by record key. */
        UNKNOWN("unknown"),
        /** Abandoned operations by record key. */
        ABANDONED("abandoned"),
        /** Finished operations by record key. */
        FINISHED("finished"),
        /** See {@link Expiries}. */
        EXPIRY("expiry");

        private final String familyName;

        Table(String familyName) {
            this.familyName = familyName;
        }

        String familyName() {
            return familyName;
        }
    }

    /** Sees one entry of a scan; false ends it. */
    @FunctionalInterface
    interface Visitor {
        boolean visit(byte[] key, byte[] value);
    }

    /** A table that is open. */
    private static final class Family {
        private final ColumnFamilyHandle handle;
        /** Whether it has, or had, an entry; one that never had any need not be asked. */
        private volatile boolean used;

        private Family(ColumnFamilyHandle handle, boolean used) {
            this.handle = handle;
            this.used = used;
        }
    }

    private static final long ROOM_TO_WORK = 16L << 20;

    private final DatabaseOptions options;
    private final Map<Table, Family> families = new EnumMap<>(Table.class);
    private final WriteOptions writeOptions = new WriteOptions();
    private final ReadOptions readOptions = new ReadOptions();
    private final RocksDB rocks;

    private RocksDatabase(RocksDB rocks, DatabaseOptions options, List<ColumnFamilyHandle> handles)
            throws RocksDBException {
        this.rocks = rocks;
        this.options = options;
        Iterator<ColumnFamilyHandle> opened = handles.iterator();
        for (Table table : Table.values()) {
            ColumnFamilyHandle handle = opened.next();
            families.put(table, new Family(handle, isUsed(handle)));
        }
    }

    private boolean isUsed(ColumnFamilyHandle handle) throws RocksDBException {
        return rocks.getLongProperty(handle, "rocksdb.total-sst-files-size") > 0
                || rocks.getLongProperty(handle, "rocksdb.num-entries-active-mem-table") > 0
                || rocks.getLongProperty(handle, "rocksdb.num-entries-imm-mem-tables") > 0;
    }

    /**
     * Opens a database for work.
     *
     * @param mayCreate whether it is made where there is none
     */
    static RocksDatabase open(Path folder, boolean mayCreate) throws RocksDBException {
        return with(DatabaseOptions.forWork(mayCreate), folder, RocksDB::open);
    }

    /**
     * The number of the last change that a database holds, found without changing anything in the folder: opening for work
     * deletes what an incomplete database seems not to need.
     */
    static long lastChange(Path folder) throws RocksDBException {
        try (RocksDatabase database = with(DatabaseOptions.forLooking(), folder, RocksDB::openReadOnly)) {
            return database.lastChange();
        }
    }

    /** Makes a database with missing logs one that has no logs to miss, with what is left of it. */
    static void salvage(Path folder) throws RocksDBException {
        with(DatabaseOptions.forSalvage(), folder, RocksDB::open).close();
    }

    /** One of the ways in which RocksDB opens a database. */
    @FunctionalInterface
    private interface Way {
        RocksDB open(
                DBOptions options,
                String folder,
                List<ColumnFamilyDescriptor> families,
                List<ColumnFamilyHandle> handles)
                throws RocksDBException;
    }

    private static RocksDatabase with(DatabaseOptions options, Path folder, Way way) throws RocksDBException {
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        RocksDB rocks = null;
        try {
            rocks = way.open(options.general(), folder.toString(), options.families(), handles);
            return new RocksDatabase(rocks, options, handles);
        } catch (Throwable e) {
            handles.forEach(ColumnFamilyHandle::close);
            if (rocks != null) {
                rocks.close();
            }
            options.close();
            throw e;
        }
    }

    /** The value, or null. Most keys that are asked for are not there, and the filters know that. */
    byte @Nullable [] get(Table table, byte[] key) throws RocksDBException {
        // Through the Java heap, which is bounded, instead of direct buffers, which would grow with each thread.
        return mayHave(table, key) ? rocks.get(family(table).handle, readOptions, key) : null;
    }

    /** Whether there may be a value. Asks memory alone, and so ends within a microsecond or two. */
    boolean mayHave(Table table, byte[] key) {
        Family family = family(table);
        return family.used && rocks.keyMayExist(family.handle, readOptions, key, null);
    }

    /** Adds a change to a batch. */
    void put(WriteBatch batch, Table table, byte[] key, byte[] value) throws RocksDBException {
        Family family = family(table);
        family.used = true;
        batch.put(family.handle, key, value);
    }

    /** Adds a change to a batch. */
    void delete(WriteBatch batch, Table table, byte[] key) throws RocksDBException {
        batch.delete(family(table).handle, key);
    }

    /** Adds a change to a batch: the keys from one, included, up to another, excluded, are deleted. */
    void deleteRange(WriteBatch batch, Table table, byte[] from, byte[] to) throws RocksDBException {
        batch.deleteRange(family(table).handle, from, to);
    }

    /** Writes all changes or none. They are visible at once, and durable after the next {@link #sync}. */
    void write(WriteBatch batch) throws RocksDBException {
        rocks.write(writeOptions, batch);
    }

    /** The number of the last change that was written; numbers only grow. */
    long lastChange() {
        return rocks.getLatestSequenceNumber();
    }

    /** Makes all writes so far durable. Others may write meanwhile. */
    void sync() throws RocksDBException {
        rocks.syncWal();
    }

    /** How many bytes must be free on the disk for the database to be opened anew and to work for a moment. */
    long roomToOpen() throws RocksDBException {
        // What only the logs hold so far is written to tables when the database opens.
        return rocks.getAggregatedLongProperty("rocksdb.cur-size-all-mem-tables") + ROOM_TO_WORK;
    }

    /** Visits the entries from one key, included, up to another, excluded, in the order of their keys. */
    void scan(Table table, byte[] from, byte @Nullable [] to, Visitor visitor) throws RocksDBException {
        try (Slice bound = to == null ? null : new Slice(to);
                ReadOptions options = new ReadOptions()) {
            if (bound != null) {
                options.setIterateUpperBound(bound);
            }
            try (RocksIterator iterator = rocks.newIterator(family(table).handle, options)) {
                iterator.seek(from);
                while (iterator.isValid() && visitor.visit(iterator.key(), iterator.value())) {
                    iterator.next();
                }
                iterator.status();
            }
        }
    }

    private Family family(Table table) {
        Family family = families.get(table);
        if (family == null) {
            throw new IllegalStateException("Every table has a column family: " + table);
        }
        return family;
    }

    @Override
    public void close() {
        families.values().forEach(family -> family.handle.close());
        rocks.close();
        readOptions.close();
        writeOptions.close();
        options.close();
    }
}
