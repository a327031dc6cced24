package dev.reprise.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.FencingToken;
import dev.reprise.testkit.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenSourceTest {
    private final SettableClock clock = new SettableClock();
    private final TokenSource tokens = new TokenSource(clock, new Random(1));

    @Test
    void tokens_of_a_process_grow_also_when_its_clock_goes_back() {
        List<FencingToken> made = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            made.add(tokens.next(FencingToken.NONE));
            clock.advance(Duration.ofNanos(i % 3 == 0 ? -2_000 : 500));
        }

        assertThat(made).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void a_token_goes_beyond_that_of_a_process_whose_clock_is_ahead_S27() {
        SettableClock ahead = new SettableClock();
        ahead.advance(Duration.ofMinutes(10));
        FencingToken other = new TokenSource(ahead, new Random(2)).next(FencingToken.NONE);

        assertThat(tokens.next(FencingToken.NONE)).isLessThan(other);
        assertThat(tokens.next(other)).isGreaterThan(other);
    }

    @Test
    void a_token_says_which_bucket_its_entry_is_in() {
        FencingToken first = tokens.next(FencingToken.NONE);
        clock.advance(Duration.ofSeconds(10));
        FencingToken second = tokens.next(FencingToken.NONE);

        LiveEntries.Bucket bucket = LiveEntries.Bucket.of(first);
        assertThat(LiveEntries.Bucket.of(second))
                .isEqualTo(new LiveEntries.Bucket(bucket.number() + 1, bucket.shard()));
    }
}
