package dev.reprise.gateway.store;

import dev.reprise.gateway.config.ConfigException;
import dev.reprise.gateway.config.StoreLocation;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.StoreException;
import dev.reprise.store.rocksdb.RocksDbStore;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The store of a gateway while it is open. Thread-safe; closing it gives everything back. */
public final class OpenStore implements AutoCloseable {
    /** More would help little, and a small heap has other uses for an eighth of it. */
    private static final long LARGEST_CACHE = 16L << 20;

    private static final int CACHE = 8;

    private final OperationStore operations;
    private final Supplier<Work> work;
    private final Supplier<@Nullable ResumableStore<?>> resumable;
    private final Runnable end;

    private OpenStore(
            OperationStore operations,
            Supplier<Work> work,
            Supplier<@Nullable ResumableStore<?>> resumable,
            Runnable end) {
        this.operations = operations;
        this.work = work;
        this.resumable = resumable;
        this.end = end;
    }

    /**
     * What a store has done since it was opened.
     *
     * @param commits how many times it made changes durable
     * @param changes how many changes it made durable
     * @param waiting how many calls wait for the next time
     */
    public record Work(long commits, long changes, int waiting) {}

    /**
     * Opens the store.
     *
     * @throws ConfigException if it cannot be opened; the message says what to change
     */
    public static OpenStore at(StoreLocation location) {
        try {
            return switch (location) {
                case StoreLocation.Folder(Path path) -> in(path);
                case StoreLocation.Database database -> DatabaseStore.open(database);
            };
        } catch (StoreException e) {
            throw new ConfigException(String.valueOf(e.getMessage()), e);
        }
    }

    private static OpenStore in(Path folder) {
        RocksDbStore store = RocksDbStore.in(folder)
                .cacheBytes(Math.min(LARGEST_CACHE, Runtime.getRuntime().maxMemory() / CACHE))
                .open();
        return new OpenStore(
                store,
                () -> new Work(
                        store.statistics().syncs(),
                        store.statistics().changes(),
                        store.statistics().waiting()),
                () -> null,
                store::close);
    }

    static OpenStore of(
            OperationStore operations,
            Supplier<Work> work,
            Supplier<@Nullable ResumableStore<?>> resumable,
            Runnable end) {
        return new OpenStore(operations, work, resumable, end);
    }

    /** The operations in it. */
    public OperationStore operations() {
        return operations;
    }

    /** Those that are carried through in steps in the same tables, which gateways do not look at; null in a folder. */
    public @Nullable ResumableStore<?> resumable() {
        return resumable.get();
    }

    /** What it has done since it was opened. */
    public Work work() {
        return work.get();
    }

    @Override
    public void close() {
        end.run();
    }
}
