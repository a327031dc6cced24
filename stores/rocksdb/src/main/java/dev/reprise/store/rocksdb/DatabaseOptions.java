package dev.reprise.store.rocksdb;

import dev.reprise.store.rocksdb.RocksDatabase.Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksObject;

/** How RocksDB is set up, and the native memory that takes. To be closed after the database. */
final class DatabaseOptions implements AutoCloseable {
    private static final int MEBIBYTE = 1 << 20;

    private final List<RocksObject> resources = new ArrayList<>();
    private final DBOptions general;
    private final List<ColumnFamilyDescriptor> families = new ArrayList<>();

    private DatabaseOptions(boolean verifiesLogs) {
        RocksDB.loadLibrary();
        Properties properties = new Properties();
        // A log that is gone, or shorter than it was, is an error. The manifest knows all logs but the last one.
        properties.setProperty("track_and_verify_wals_in_manifest", Boolean.toString(verifiesLogs));
        general = keep(Objects.requireNonNull(DBOptions.getDBOptionsFromProps(properties)));
    }

    /**
     * For work.
     *
     * @param mayCreate whether the database is made where there is none
     */
    static DatabaseOptions forWork(boolean mayCreate) {
        DatabaseOptions options = new DatabaseOptions(true);
        options.general
                .setCreateIfMissing(mayCreate)
                .setCreateMissingColumnFamilies(mayCreate)
                // Logs that are written over need no new blocks, which makes each sync cheaper.
                .setRecycleLogFileNum(4)
                // Opening reads the logs twice, and holds them in memory meanwhile (LossCheck).
                .setMaxTotalWalSize(64L * MEBIBYTE)
                // What waits in memory to be written to tables, of all families together.
                .setDbWriteBufferSize(24L * MEBIBYTE)
                // Background writes reach the disk steadily instead of in bursts that syncs would wait for.
                .setBytesPerSync(MEBIBYTE)
                .setMaxBackgroundJobs(2)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(3);
        LRUCache blockCache = options.keep(new LRUCache(32 * MEBIBYTE));
        for (Table table : Table.values()) {
            options.add(table, options.familyForWork(blockCache));
        }
        return options;
    }

    /** For a first look that changes nothing, and opens no more files than it has to. */
    static DatabaseOptions forLooking() {
        DatabaseOptions options = new DatabaseOptions(true);
        options.general.setMaxOpenFiles(16).setSkipStatsUpdateOnDbOpen(true);
        options.addPlainFamilies();
        return options;
    }

    /** For bringing what is left of a damaged database into a state that can be worked with. */
    static DatabaseOptions forSalvage() {
        DatabaseOptions options = new DatabaseOptions(false);
        options.general.setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
        options.addPlainFamilies();
        return options;
    }

    private void addPlainFamilies() {
        for (Table table : Table.values()) {
            add(table, keep(new ColumnFamilyOptions()));
        }
    }

    private void add(Table table, ColumnFamilyOptions family) {
        families.add(new ColumnFamilyDescriptor(table.familyName().getBytes(StandardCharsets.US_ASCII), family));
    }

    private ColumnFamilyOptions familyForWork(LRUCache blockCache) {
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

    DBOptions general() {
        return general;
    }

    /** In the order of the tables. */
    List<ColumnFamilyDescriptor> families() {
        return families;
    }

    @Override
    public void close() {
        resources.reversed().forEach(RocksObject::close);
    }
}
