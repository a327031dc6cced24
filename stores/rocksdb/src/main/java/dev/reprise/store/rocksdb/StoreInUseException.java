package dev.reprise.store.rocksdb;

import dev.reprise.spi.StoreException;
import java.io.Serial;

/** Another process has the store folder open; only one at a time can. */
public final class StoreInUseException extends StoreException {
    @Serial
    private static final long serialVersionUID = 1;

    StoreInUseException(String message) {
        super(message, null);
    }
}
