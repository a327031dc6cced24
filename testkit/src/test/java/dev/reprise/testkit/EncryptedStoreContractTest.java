package dev.reprise.testkit;

import dev.reprise.encryption.Encryption;
import dev.reprise.encryption.LocalKeyring;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.AsyncOperationStore;
import dev.reprise.spi.OperationStore;
import java.time.Duration;

/** A store behind encryption is a store like any other, also where it tells when it is done (S35). */
class EncryptedStoreContractTest extends StoreContract {
    private final SettableClock clock = new SettableClock();

    EncryptedStoreContractTest() {
        super(Duration.ofSeconds(30));
    }

    @Override
    protected OperationStore openStore() {
        OperationStore telling = ToldStore.of(new MemoryStore(clock), Runnable::run);
        OperationStore encrypted = Encryption.with(LocalKeyring.of(LocalKeyring.newLine("test")))
                .refusingPlain()
                .over(telling);
        return AwaitedStore.of((AsyncOperationStore) encrypted);
    }

    @Override
    protected void elapse(Duration atLeast) {
        clock.advance(atLeast);
    }
}
