package dev.reprise.store.jdbc;

import dev.reprise.spi.support.Call;

/**
 * A call that changes a record.
 *
 * @param <R> what the caller gets
 */
abstract sealed class Change<R> extends Call<R> permits Claiming, Ending {
    private final Key key;

    Change(Key key) {
        this.key = key;
    }

    final Key key() {
        return key;
    }
}
