package dev.reprise.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.spi.StoreException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever reads waits until what was read is taken, however the callers end. */
@Timeout(60)
class LoadedRecordsTest {
    private static final int MEGABYTE = 1 << 20;

    private final LoadedRecords loaded = new LoadedRecords();
    private final AtomicInteger read = new AtomicInteger();

    private Thread reader(Call<String> call, int count, int bytes) {
        return Thread.ofPlatform().daemon().start(() -> {
            for (int i = 0; i < count; i++) {
                loaded.answer(i == 0 ? call : new Call<>(), "record", bytes);
                read.incrementAndGet();
            }
        });
    }

    private static void awaitWaiting(Thread reader) {
        while (reader.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    @Test
    void reading_goes_on_when_a_caller_has_taken_its_record() throws Exception {
        Call<String> first = new Call<>();
        Thread reader = reader(first, 9, MEGABYTE);
        awaitWaiting(reader);
        assertThat(read).hasValue(8);

        assertThat(first.await()).isEqualTo("record");

        reader.join();
        assertThat(read).hasValue(9);
    }

    @Test
    void one_record_is_never_too_large() throws Exception {
        Call<String> call = new Call<>();
        reader(call, 1, Integer.MAX_VALUE).join();

        assertThat(call.await()).isEqualTo("record");
    }

    @Test
    void what_nobody_waits_for_any_more_is_given_back_at_once() throws Exception {
        Call<String> late = new Call<>();
        late.fail(new StoreException("too late", null));
        Thread reader = reader(late, 9, MEGABYTE);

        reader.join();

        assertThat(read).hasValue(9);
        assertThatThrownBy(late::await).hasMessage("too late");
    }

    @Test
    void a_caller_that_is_interrupted_when_its_record_is_there_gives_it_back() throws Exception {
        Call<String> first = new Call<>();
        Thread reader = reader(first, 9, MEGABYTE);
        awaitWaiting(reader);
        Thread.currentThread().interrupt();

        try {
            first.await();
        } catch (StoreException e) {
            assertThat(e).hasMessageContaining("Interrupted");
        }
        assertThat(Thread.interrupted()).as("the caller still knows").isTrue();

        reader.join();
    }
}
