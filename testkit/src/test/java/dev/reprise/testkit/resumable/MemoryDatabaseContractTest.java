package dev.reprise.testkit.resumable;

import dev.reprise.memory.MemoryDatabase;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.Transactions;
import dev.reprise.testkit.ResumableContract;
import dev.reprise.testkit.SettableClock;
import java.time.Duration;

class MemoryDatabaseContractTest extends ResumableContract<MemoryTransaction> {
    private final SettableClock clock = new SettableClock();
    private final MemoryDatabase database = new MemoryDatabase(clock);

    @Override
    protected ResumableStore<MemoryTransaction> openStore() {
        return database;
    }

    @Override
    protected Transactions<MemoryTransaction> openTransactions() {
        return database;
    }

    @Override
    protected void elapse(Duration atLeast) {
        clock.advance(atLeast);
    }
}
