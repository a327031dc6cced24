package dev.reprise.store.rocksdb;

import dev.reprise.spi.support.Call;
import org.rocksdb.RocksDBException;

/**
 * A call that changes records, made by the writer and answered when the change is durable.
 *
 * @param <R> what the caller gets
 */
final class Change<R> extends Call<R> {
    /** What is changed. */
    @FunctionalInterface
    interface Work<R> {
        R on(Batch batch) throws RocksDBException;
    }

    private final Work<R> work;
    private Runnable answer = () -> {};

    Change(Work<R> work) {
        this.work = work;
    }

    /** Adds the change to a batch, and keeps the result until {@link #succeed}. */
    void addTo(Batch batch) throws RocksDBException {
        R result = work.on(batch);
        answer = () -> answer(result);
    }

    /** To be called when the batch is durable. */
    void succeed() {
        try {
            answer.run();
        } catch (Throwable e) {
            // Whatever it is, the others wait for their answers.
            fail(e);
        }
    }
}
