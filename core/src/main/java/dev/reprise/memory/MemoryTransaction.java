package dev.reprise.memory;

import dev.reprise.OperationId;
import dev.reprise.spi.Transactions.Transaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A transaction of a {@link MemoryDatabase}. For one thread at a time. */
public final class MemoryTransaction implements Transaction<MemoryTransaction> {
    private final MemoryDatabase database;
    private final Map<OperationId, Optional<MemoryRow>> changes = new LinkedHashMap<>();
    private final List<Runnable> effects = new ArrayList<>();
    private boolean writes;
    private boolean ended;

    MemoryTransaction(MemoryDatabase database) {
        this.database = database;
    }

    /** Has an effect if the transaction commits, and at the same moment. */
    public void onCommit(Runnable effect) {
        effects.add(effect);
    }

    @Override
    public MemoryTransaction handle() {
        return this;
    }

    /** The row as this transaction sees it. */
    @Nullable
    MemoryRow row(OperationId id) {
        Optional<MemoryRow> changed = changes.get(id);
        return changed == null ? database.row(id) : changed.orElse(null);
    }

    /** The only one that writes from now on until its end. */
    void write() {
        if (!writes) {
            database.startWriting();
            writes = true;
        }
    }

    void put(OperationId id, @Nullable MemoryRow row) {
        changes.put(id, Optional.ofNullable(row));
    }

    @Override
    public void commit() {
        if (ended) {
            throw new IllegalStateException("The transaction has ended");
        }
        write();
        database.apply(changes, effects);
        close();
    }

    @Override
    public void close() {
        if (!ended) {
            ended = true;
            database.ended(this, writes);
        }
    }
}
