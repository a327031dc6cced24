package dev.reprise.store.rocksdb;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.RocksObject;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB as it is set up for this store. Every call is native, so none may come from a virtual thread; and none may
 * come after {@link #close}, which whoever owns the object sees to.
 */
final class Database implements AutoCloseable {
    /** The column families. */
    enum Table {
        /** What the store knows about itself. */
        META("default"),
        /** See {@link Journal}. */
        JOURNAL("journal"),
        /** Unknown operations by record key: few, and read whole when the store opens. */
        UNKNOWN("unknown"),
        /** Finished operations by record key. */
        FINISHED("finished"),
        /** See {@link Expiries}. */
        EXPIRY("expiry");

        private final String familyName;

        Table(String familyName) {
            this.familyName = familyName;
        }
    }

    /** Sees one entry of a scan; false ends it. */
    @FunctionalInterface
    interface Visitor {
        boolean visit(byte[] key, byte[] value);
    }

    private static final int MEBIBYTE = 1 << 20;
    private static final long ROOM_TO_WORK = 16L * MEBIBYTE;

    private final List<RocksObject> resources = new ArrayList<>();
    private final Map<Table, ColumnFamilyHandle> families = new EnumMap<>(Table.class);
    private final WriteOptions writeOptions;
    private final ReadOptions readOptions;
    private final ThreadLocal<Buffers> buffers = ThreadLocal.withInitial(Buffers::new);
    private final RocksDB rocks;

    Database(Path folder) throws RocksDBException {
        RocksDB.loadLibrary();
        LRUCache blockCache = keep(new LRUCache(32 * MEBIBYTE));
        DBOptions options = keep(new DBOptions())
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                // Logs that are written over need no new blocks, which makes each sync cheaper.
                .setRecycleLogFileNum(4)
                .setMaxTotalWalSize(256L * MEBIBYTE)
                // Background writes reach the disk steadily instead of in bursts that syncs would wait for.
                .setBytesPerSync(MEBIBYTE)
                .setMaxBackgroundJobs(2)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(3);
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        for (Table table : Table.values()) {
            byte[] name = table.familyName.getBytes(StandardCharsets.US_ASCII);
            descriptors.add(new ColumnFamilyDescriptor(name, familyOptions(blockCache)));
        }
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        writeOptions = keep(new WriteOptions());
        readOptions = keep(new ReadOptions());
        try {
            rocks = RocksDB.open(options, folder.toString(), descriptors, handles);
        } catch (RocksDBException e) {
            release();
            throw e;
        }
        Iterator<ColumnFamilyHandle> opened = handles.iterator();
        for (Table table : Table.values()) {
            families.put(table, opened.next());
        }
    }

    private ColumnFamilyOptions familyOptions(LRUCache blockCache) {
        return keep(new ColumnFamilyOptions())
                .setWriteBufferSize(32L * MEBIBYTE)
                .setMaxWriteBufferNumber(4)
                .setMemtablePrefixBloomSizeRatio(0.02)
                .setMemtableWholeKeyFiltering(true)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setLevelCompactionDynamicLevelBytes(true)
                // Responses are written once, and not again with each compaction.
                .setEnableBlobFiles(true)
                .setMinBlobSize(256)
                .setBlobCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(blockCache)
                        .setFilterPolicy(keep(new BloomFilter(14)))
                        .setCacheIndexAndFilterBlocks(false)
                        .setBlockSize(8 * 1024));
    }

    private <R extends RocksObject> R keep(R resource) {
        resources.add(resource);
        return resource;
    }

    /** The value, or null. Most keys that are asked for are not there, and the filters know that. */
    byte @Nullable [] get(Table table, byte[] key) throws RocksDBException {
        Buffers used = buffers.get();
        ByteBuffer keyBuffer = used.withKey(key);
        if (!rocks.keyMayExist(family(table), keyBuffer.duplicate())) {
            return null;
        }
        while (true) {
            int length = rocks.get(family(table), readOptions, keyBuffer.duplicate(), used.value.clear());
            if (length == RocksDB.NOT_FOUND) {
                return null;
            }
            if (length <= used.value.capacity()) {
                byte[] value = new byte[length];
                used.value.get(0, value);
                return value;
            }
            used.value = ByteBuffer.allocateDirect(length);
        }
    }

    /** One thread's memory for keys and values on their way through the native interface. */
    private static final class Buffers {
        private ByteBuffer key = ByteBuffer.allocateDirect(4 * 1024);
        private ByteBuffer value = ByteBuffer.allocateDirect(64 * 1024);

        private ByteBuffer withKey(byte[] bytes) {
            if (bytes.length > key.capacity()) {
                key = ByteBuffer.allocateDirect(bytes.length);
            }
            return key.clear().put(bytes).flip();
        }
    }

    /** Adds a change to a batch. */
    void put(WriteBatch batch, Table table, byte[] key, byte[] value) throws RocksDBException {
        batch.put(family(table), key, value);
    }

    /** Adds a change to a batch. */
    void delete(WriteBatch batch, Table table, byte[] key) throws RocksDBException {
        batch.delete(family(table), key);
    }

    /** Adds a change to a batch: the keys from one, included, up to another, excluded, are deleted. */
    void deleteRange(WriteBatch batch, Table table, byte[] from, byte[] to) throws RocksDBException {
        batch.deleteRange(family(table), from, to);
    }

    /** Writes all changes or none. They are visible at once, and durable after the next {@link #sync}. */
    void write(WriteBatch batch) throws RocksDBException {
        rocks.write(writeOptions, batch);
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
            try (RocksIterator iterator = rocks.newIterator(family(table), options)) {
                iterator.seek(from);
                while (iterator.isValid() && visitor.visit(iterator.key(), iterator.value())) {
                    iterator.next();
                }
                iterator.status();
            }
        }
    }

    private ColumnFamilyHandle family(Table table) {
        ColumnFamilyHandle family = families.get(table);
        if (family == null) {
            throw new IllegalStateException("Every table has a column family: " + table);
        }
        return family;
    }

    @Override
    public void close() {
        families.values().forEach(ColumnFamilyHandle::close);
        rocks.close();
        release();
    }

    private void release() {
        resources.reversed().forEach(RocksObject::close);
    }
}
