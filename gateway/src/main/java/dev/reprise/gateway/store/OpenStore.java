package dev.reprise.gateway.store;

import dev.reprise.IdempotencyException;
import dev.reprise.encryption.Encryption;
import dev.reprise.gateway.config.ConfigException;
import dev.reprise.gateway.config.StoreLocation;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.support.MovingStore;
import dev.reprise.store.rocksdb.RocksDbStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The store of a gateway while it is open. Thread-safe; closing it gives everything back. */
public final class OpenStore implements AutoCloseable {
    /** More would help little, and a small heap has other uses for an eighth of it. */
    private static final long LARGEST_CACHE = 16L << 20;

    private static final int CACHE = 8;

    private final OperationStore operations;
    private final @Nullable Supplier<Work> work;
    private final Supplier<@Nullable ResumableStore<?>> resumable;
    private final Runnable end;

    private OpenStore(
            OperationStore operations,
            @Nullable Supplier<Work> work,
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
                case StoreLocation.Database database -> in(database);
            };
        } catch (StoreException e) {
            throw new ConfigException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Opens the store while its records still move in from another one, on which nobody executes any more. They do so by themselves,
     * and each at the latest when somebody asks for it.
     *
     * @throws ConfigException if one of the two cannot be opened; the message says what to change
     */
    public static OpenStore moving(StoreLocation from, StoreLocation to) {
        OpenStore target = at(to);
        OpenStore source;
        try {
            source = existing(from);
        } catch (RuntimeException | Error e) {
            target.close();
            throw e;
        }
        MovingStore moving = MovingStore.replacing(source.operations, target.operations, InstantSource.system());
        Mover mover = Mover.start(moving, from);
        return new OpenStore(moving, target.work, target.resumable, () -> {
            mover.close();
            target.close();
            source.close();
        });
    }

    /**
     * Opens a store that is there.
     *
     * @throws ConfigException if there is none, or it cannot be opened; the message says what to change
     */
    public static OpenStore existing(StoreLocation location) {
        if (location instanceof StoreLocation.Folder folder) {
            try {
                folder.requireRecords();
            } catch (IdempotencyException e) {
                throw new ConfigException(String.valueOf(e.getMessage()), e);
            }
        }
        return at(location);
    }

    private static OpenStore in(StoreLocation.Database database) {
        return switch (database.settings().kind()) {
            case JDBC -> JdbcOpener.open(database);
            case REDIS -> RedisOpener.open(database.settings());
            case CASSANDRA -> CassandraOpener.open(database.settings());
        };
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
            @Nullable Supplier<Work> work,
            Supplier<@Nullable ResumableStore<?>> resumable,
            Runnable end) {
        return new OpenStore(operations, work, resumable, end);
    }

    /** The same behind encryption. */
    public OpenStore encrypted(Encryption encryption) {
        return new OpenStore(
                encryption.over(operations),
                work,
                () -> {
                    ResumableStore<?> there = resumable.get();
                    return there == null ? null : encryption.over(there);
                },
                end);
    }

    /** The operations in it. */
    public OperationStore operations() {
        return operations;
    }

    /** Those that are carried through in steps in the same tables, which gateways do not look at; null in a folder. */
    public @Nullable ResumableStore<?> resumable() {
        return resumable.get();
    }

    /** What it has done since it was opened; empty where each call is a message of its own. */
    public Optional<Supplier<Work>> work() {
        return Optional.ofNullable(work);
    }

    @Override
    public void close() {
        end.run();
    }
}
