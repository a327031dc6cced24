package dev.reprise.herd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.Backoff;
import dev.reprise.client.Jitter;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The simulation against the formulas and charts of the article on jitter: 100 clients, base 5 ms, cap 2 s. */
class ContentionTest {
    private static final Backoff BACKOFF = Backoff.full(Duration.ofMillis(5), Duration.ofMillis(2000));

    @Test
    void full_jitter_needs_the_least_work_and_no_jitter_by_far_the_most() {
        assertThat(mean(Jitter.FULL, Contention.Result::calls))
                .isLessThan(mean(Jitter.NONE, Contention.Result::calls) / 2)
                .isLessThan(mean(Jitter.EQUAL, Contention.Result::calls))
                .isLessThan(mean(Jitter.DECORRELATED, Contention.Result::calls));
        assertThat(mean(Jitter.FULL, ContentionTest::seconds))
                .isLessThan(mean(Jitter.NONE, ContentionTest::seconds) / 2);
    }

    /** Where one of n wins each round, the last has tried n times: about n(n+1)/2 calls. */
    @Test
    void without_backoff_the_calls_grow_with_the_square_of_the_clients() {
        for (int clients : List.of(20, 50, 100, 200)) {
            double formula = clients * (clients + 1) / 2.0;
            double calls = Contention.run(clients, Backoff.none(), 1).calls();
            assertThat(calls).isBetween(0.3 * formula, 1.5 * formula);
        }
    }

    private static double seconds(Contention.Result result) {
        return result.time().toNanos() / 1e9;
    }

    private static double mean(Jitter jitter, ToDoubleFunction<Contention.Result> figure) {
        return IntStream.range(0, 20)
                .mapToObj(seed -> Contention.run(100, BACKOFF.withJitter(jitter), seed))
                .mapToDouble(figure)
                .average()
                .orElseThrow();
    }
}
