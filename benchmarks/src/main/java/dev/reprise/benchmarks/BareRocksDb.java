package dev.reprise.benchmarks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The yardstick of the embedded store: RocksDB with the same settings and the same batching loop, and nothing else. A
 * claim is a put of 100 bytes and a completion a put of 500 bytes to the same key; nothing is looked up, fenced or
 * indexed.
 */
final class BareRocksDb implements AutoCloseable {
    /** A put whose caller waits. */
    private static final class Put {
        private final byte[] key;
        private final byte[] value;
        private final CompletableFuture<Boolean> durable = new CompletableFuture<>();

        private Put(byte[] key, byte[] value) {
            this.key = key;
            this.value = value;
        }
    }

    private static final Put END = new Put(new byte[0], new byte[0]);

    private final BlockingQueue<Put> queue = new ArrayBlockingQueue<>(4_096);
    private final AtomicLong syncs = new AtomicLong();
    private final Thread writer;

    BareRocksDb(Path folder) {
        writer = Thread.ofPlatform().name("bare-writer").start(() -> run(folder));
    }

    private void run(Path folder) {
        try (BloomFilter filter = new BloomFilter(10);
                Options options = new Options()
                        .setCreateIfMissing(true)
                        .setRecycleLogFileNum(4)
                        .setBytesPerSync(1 << 20)
                        .setMaxBackgroundJobs(2)
                        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                        .setWriteBufferSize(32 << 20)
                        .setMaxWriteBufferNumber(4)
                        .setCompressionType(CompressionType.LZ4_COMPRESSION)
                        .setLevelCompactionDynamicLevelBytes(true)
                        .setEnableBlobFiles(true)
                        .setMinBlobSize(256)
                        .setBlobCompressionType(CompressionType.LZ4_COMPRESSION)
                        .setTableFormatConfig(new BlockBasedTableConfig()
                                .setFilterPolicy(filter)
                                .setBlockSize(8 * 1024));
                WriteOptions durably = new WriteOptions().setSync(true);
                RocksDB rocks = RocksDB.open(options, folder.toString());
                WriteBatch batch = new WriteBatch()) {
            List<Put> waiting = new ArrayList<>();
            while (!waiting.contains(END)) {
                waiting.clear();
                waiting.add(queue.take());
                queue.drainTo(waiting);
                for (Put put : waiting) {
                    batch.put(put.key, put.value);
                }
                rocks.write(durably, batch);
                syncs.incrementAndGet();
                batch.clear();
                waiting.forEach(put -> put.durable.complete(true));
            }
        } catch (RocksDBException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A durable claim and a durable completion. */
    void pair(String key, byte[] claim, byte[] completion) {
        byte[] bytes = key.getBytes(StandardCharsets.US_ASCII);
        write(bytes, claim);
        write(bytes, completion);
    }

    private void write(byte[] key, byte[] value) {
        Put put = new Put(key, value);
        try {
            queue.put(put);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        put.durable.join();
    }

    long syncs() {
        return syncs.get();
    }

    @Override
    public void close() {
        try {
            queue.put(END);
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
