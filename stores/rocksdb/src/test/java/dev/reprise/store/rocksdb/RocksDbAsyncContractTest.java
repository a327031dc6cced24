package dev.reprise.store.rocksdb;

import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.AwaitedStore;
import dev.reprise.testkit.SettableClock;
import dev.reprise.testkit.StoreContract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** The contract holds as well where nobody waits. */
class RocksDbAsyncContractTest extends StoreContract {
    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();

    RocksDbAsyncContractTest() {
        super(Duration.ofSeconds(30));
    }

    @Override
    protected OperationStore openStore() {
        return AwaitedStore.of(RocksDbStore.in(folder).clock(clock).open());
    }

    @Override
    protected void elapse(Duration atLeast) {
        clock.advance(atLeast);
    }
}
