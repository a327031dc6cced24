package dev.reprise.testkit.resumable;

import dev.reprise.encryption.Encryption;
import dev.reprise.encryption.LocalKeyring;
import dev.reprise.memory.MemoryDatabase;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.Transactions;
import dev.reprise.testkit.ResumableContract;
import dev.reprise.testkit.SettableClock;
import java.time.Duration;

/** A store of operations with steps behind encryption is one like any other (S35). */
class EncryptedMemoryDatabaseContractTest extends ResumableContract<MemoryTransaction> {
    private final SettableClock clock = new SettableClock();
    private final MemoryDatabase database = new MemoryDatabase(clock);

    @Override
    protected ResumableStore<MemoryTransaction> openStore() {
        ResumableStore<MemoryTransaction> plain = database;
        return Encryption.with(LocalKeyring.of(LocalKeyring.newLine("test")))
                .refusingPlain()
                .over(plain);
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
