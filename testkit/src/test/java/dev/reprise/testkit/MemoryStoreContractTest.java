package dev.reprise.testkit;

import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.OperationStore;
import java.time.Duration;

class MemoryStoreContractTest extends StoreContract {
    private final SettableClock clock = new SettableClock();

    MemoryStoreContractTest() {
        super(Duration.ofSeconds(30));
    }

    @Override
    protected OperationStore openStore() {
        return new MemoryStore(clock);
    }

    @Override
    protected void elapse(Duration atLeast) {
        clock.advance(atLeast);
    }
}
