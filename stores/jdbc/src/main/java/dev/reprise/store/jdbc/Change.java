package dev.reprise.store.jdbc;

import dev.reprise.spi.support.Call;

/**
 * A call that changes a record.
 *
 * @param <R> what the caller gets
 */
abstract sealed class Change<R> extends Call<R> permits PendingClaim, LeaseWrite {
    private final RowKey key;

    Change(RowKey key) {
        this.key = key;
    }

    final RowKey key() {
        return key;
    }
}
