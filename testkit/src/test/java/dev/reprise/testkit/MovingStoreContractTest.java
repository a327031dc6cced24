package dev.reprise.testkit;

import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.support.MovingStore;
import java.time.Duration;

class MovingStoreContractTest extends StoreContract {
    private final SettableClock clock = new SettableClock();

    MovingStoreContractTest() {
        super(Duration.ofSeconds(30));
    }

    @Override
    protected OperationStore openStore() {
        return MovingStore.replacing(new MemoryStore(clock), new MemoryStore(clock), clock);
    }

    @Override
    protected void elapse(Duration atLeast) {
        clock.advance(atLeast);
    }
}
