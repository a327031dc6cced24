package dev.reprise.store.rocksdb;

import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.SettableClock;
import dev.reprise.testkit.StoreContract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

class RocksDbStoreContractTest extends StoreContract {
    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();

    RocksDbStoreContractTest() {
        super(Duration.ofSeconds(30));
    }

    @Override
    protected OperationStore openStore() {
        return RocksDbStore.in(folder).clock(clock).open();
    }

    @Override
    protected void elapse(Duration atLeast) {
        clock.advance(atLeast);
    }
}
