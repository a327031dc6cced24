package dev.reprise.store.rocksdb;

import dev.reprise.spi.support.Call;
import dev.reprise.spi.support.Stage;

/**
 * A read on a thread that may read, for a call.
 *
 * @param call fails if the read does
 * @param work reads, and answers the call or hands it on
 */
record Lookup(Call<?> call, Runnable work) implements Stage.Task {
    void run() {
        if (call.isAnswered()) {
            // Its caller has given up; whoever asks for much would keep others waiting for nothing.
            return;
        }
        try {
            work.run();
        } catch (Throwable e) {
            // Whatever it is, it is no reason to fail the look-ups of others.
            call.fail(e);
        }
    }

    @Override
    public void fail(Throwable failure) {
        call.fail(failure);
    }
}
