package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.client.spi.DurationLimit;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies, budgets and profiles as values. */
class PolicyTest {
    @Test
    void contradicting_settings_are_refused_with_both_names() {
        RetryPolicy policy = RetryPolicy.considerate();

        assertThatThrownBy(() -> policy.withTimeLimits(Duration.ofSeconds(5), Duration.ofSeconds(6)))
                .hasMessageContainingAll("attemptTimeout (PT6S)", "deadline (PT5S)");
        assertThatThrownBy(() -> policy.withRetention(Duration.ofSeconds(59)))
                .hasMessageContainingAll("deadline (PT1M)", "retention (PT59S)");
        assertThatThrownBy(() -> policy.withHedging(Duration.ofSeconds(20)))
                .hasMessageContainingAll("hedgeAfter (PT20S)", "attemptTimeout (PT20S)");
        assertThatThrownBy(() -> policy.withHedging(Duration.ofSeconds(1)).withMaxAttempts(1))
                .hasMessageContainingAll("hedgeAfter (PT1S)", "maxAttempts (1)");
        assertThatThrownBy(() -> policy.withHedging(Duration.ZERO)).hasMessageContaining("hedgeAfter");
        assertThatThrownBy(() -> policy.withMaxAttempts(0)).hasMessageContaining("maxAttempts");
        assertThatThrownBy(() -> policy.withTimeLimits(Duration.ofSeconds(-1), Duration.ofSeconds(1)))
                .hasMessageContaining("deadline");
        assertThatThrownBy(() -> new RetryBudget(2, 3)).hasMessageContainingAll("refund", "capacity");
        assertThatThrownBy(() -> new RetryBudget(Double.NaN, 0)).hasMessageContaining("capacity");
        assertThatThrownBy(() -> KeyProfile.ietf().withMethods(Set.of("post", "get")))
                .hasMessageContaining("GET");
        assertThatThrownBy(() -> new KeyPlacement.QueryParameter("a key")).hasMessageContaining("a key");
    }

    @Test
    void the_last_values_in_range_are_taken_and_the_next_ones_are_not_C5_C6() {
        RetryPolicy policy = RetryPolicy.considerate();

        assertThat(policy.withMaxAttempts(1000).maxAttempts()).isEqualTo(1000);
        assertThatThrownBy(() -> policy.withMaxAttempts(1001)).hasMessageContaining("maxAttempts is from 1 to 1000");
        assertThatThrownBy(() -> policy.withRetention(Duration.ofDays(30))
                        .withTimeLimits(Duration.ofDays(8), Duration.ofSeconds(1)))
                .hasMessageContaining("deadline is from 1 ms to 7 days, not PT192H");
        assertThat(new RetryBudget(5, 5).refund()).isEqualTo(5);
    }

    @Test
    void a_limit_is_a_row_of_the_table_in_words() {
        assertThat(new DurationLimit("lease", Duration.ofMillis(2), Duration.ofDays(1), "of a test").row())
                .isEqualTo("| `lease` | 2 ms | 1 day | of a test |");
        assertThat(new DurationLimit("age", Duration.ZERO, Duration.ofHours(2), "of a test").row())
                .isEqualTo("| `age` | 0 | 2 hours | of a test |");
    }

    @Test
    void an_unlimited_budget_pays_for_every_retry_and_hedge_C6() {
        RetryBudgets budgets = new RetryBudgets(RetryBudget.unlimited());

        assertThat(budgets.take("host")).isTrue();
        assertThat(budgets.spend("host")).isTrue();
    }

    @Test
    void each_setting_can_be_changed_alone() {
        RetryPolicy changed = RetryPolicy.stripe()
                .withMaxAttempts(2)
                .withBackoff(Backoff.none())
                .withBudget(RetryBudget.unlimited())
                .withRetention(Duration.ofDays(30))
                .withTimeLimits(Duration.ofSeconds(9), Duration.ofSeconds(8))
                .withHedging(Duration.ofSeconds(1));

        assertThat(changed)
                .isEqualTo(new RetryPolicy(
                        Backoff.none(),
                        2,
                        Duration.ofSeconds(9),
                        Duration.ofSeconds(8),
                        Duration.ofDays(30),
                        RetryBudget.unlimited(),
                        changed.rule(),
                        Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void retries_are_at_most_the_capacity_and_the_refund_of_each_success_C6(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            double capacity = random.nextDouble(1, 30);
            double refund = random.nextDouble();
            double share = random.nextDouble();
            RetryBudgets budgets = new RetryBudgets(new RetryBudget(capacity, refund));
            int retries = 0;
            int successes = 0;
            for (int call = random.nextInt(300); call > 0; call--) {
                if (random.nextDouble() < share) {
                    budgets.succeeded("host");
                    successes++;
                } else if (budgets.take("host")) {
                    retries++;
                }
            }

            assertThat((double) retries).isLessThanOrEqualTo(capacity + refund * successes + 1e-6);
        }
    }

    @Test
    void a_hedge_takes_a_token_and_costs_nothing_if_there_is_none_C6() {
        RetryBudgets budgets = new RetryBudgets(new RetryBudget(1, 0.5));

        assertThat(budgets.spend("a")).isTrue();
        budgets.succeeded("a");
        assertThat(budgets.spend("a")).isFalse();
        budgets.succeeded("a");
        assertThat(budgets.spend("a")).as("the half token was still there").isTrue();
    }

    @Test
    void each_host_has_a_budget_of_its_own_and_it_fills_up_again_C6() {
        RetryBudgets budgets = new RetryBudgets(new RetryBudget(1, 0.5));

        assertThat(budgets.take("a")).isTrue();
        assertThat(budgets.take("a")).isFalse();
        assertThat(budgets.take("b")).isTrue();
        budgets.succeeded("a");
        assertThat(budgets.take("a")).isFalse();
        budgets.succeeded("a");
        budgets.succeeded("a");
        assertThat(budgets.take("a")).isTrue();
    }
}
