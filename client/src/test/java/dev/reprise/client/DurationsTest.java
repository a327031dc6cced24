package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reprise.client.spi.RetryTimer;
import dev.reprise.testkit.ScriptedServer.Step;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Durations that nobody can have meant are refused where they are set, and every one that is not works (C5). */
class DurationsTest {
    private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();
    private static final List<Duration> SENSELESS = List.of(
            FOREVER,
            FOREVER.negated(),
            Duration.ofNanos(Long.MAX_VALUE),
            Duration.ofDays(300 * 365),
            Duration.ofNanos(-1),
            Duration.ofNanos(Long.MIN_VALUE));

    private final Calls calls = new Calls();

    @AfterEach
    void stop() {
        calls.close();
    }

    /** A setting, by its name. */
    record Setting(String name, boolean zero, Function<Duration, Object> set) {}

    private static List<Setting> settings() {
        RetryPolicy policy = RetryPolicy.considerate();
        return List.of(
                new Setting("deadline", false, d -> policy.withTimeLimits(d, Duration.ofMillis(1))),
                new Setting("attemptTimeout", false, d -> policy.withTimeLimits(Duration.ofDays(1), d)),
                new Setting("retention", false, policy::withRetention),
                new Setting("hedgeAfter", false, policy::withHedging),
                new Setting("base", true, d -> Backoff.full(d, Duration.ofDays(1))),
                new Setting("cap", true, d -> Backoff.full(Duration.ZERO, d)),
                new Setting(
                        "floor",
                        true,
                        d -> Backoff.full(Duration.ZERO, Duration.ofDays(1)).withFloor(d)));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void a_duration_that_makes_no_sense_is_refused_by_the_name_of_its_setting(Setting setting) {
        for (Duration senseless : SENSELESS) {
            assertRefused(setting, senseless);
        }
        if (!setting.zero()) {
            assertRefused(setting, Duration.ZERO);
            assertRefused(setting, Duration.ofNanos(1));
            assertRefused(setting, Duration.ofNanos(999_999));
        }
    }

    private static void assertRefused(Setting setting, Duration senseless) {
        assertThatThrownBy(() -> setting.set().apply(senseless))
                .as("%s of %s", setting.name(), senseless)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(setting.name(), String.valueOf(senseless));
    }

    @Test
    void the_longest_and_the_shortest_that_are_taken_work_C5() throws Exception {
        RetryPolicy longest = RetryPolicy.considerate()
                .withRetention(ClientLimits.RETENTION.longest())
                .withTimeLimits(ClientLimits.DEADLINE.longest(), ClientLimits.ATTEMPT_TIMEOUT.longest())
                .withBackoff(Backoff.full(ClientLimits.BASE.longest(), ClientLimits.CAP.longest()));
        calls.server.next(new Step.Answer(503, "", "Idempotency-Retention", "999999999"));
        HttpResponse<String> response = calls.client(Calls.hasty().policy(longest.withMaxAttempts(1)))
                .send(calls.request().build(), BodyHandlers.ofString());
        assertThat(RetryReport.of(response).orElseThrow().remembered()).isLessThanOrEqualTo(Duration.ofDays(3660));

        Duration shortest = ClientLimits.DEADLINE.shortest();
        assertThat(catchThrowableOfType(
                        CallFailedException.class,
                        () -> calls.client(Calls.hasty()
                                        .policy(RetryPolicy.considerate().withTimeLimits(shortest, shortest)))
                                .send(
                                        calls.request()
                                                .uri(calls.server.uri("/charges"))
                                                .build(),
                                        info -> {
                                            throw new IllegalStateException("not in a millisecond");
                                        })))
                .hasMessageContaining("No further attempt");
    }

    @Test
    void a_wait_before_that_was_longer_than_all_time_is_as_good_as_the_cap_C3() {
        for (Jitter jitter : Jitter.values()) {
            Backoff backoff =
                    Backoff.full(Duration.ofMillis(1), Duration.ofSeconds(1)).withJitter(jitter);

            assertThat(backoff.delay(3, FOREVER, new Random(1))).isBetween(Duration.ZERO, Duration.ofSeconds(1));
            assertThat(backoff.delay(Integer.MAX_VALUE, FOREVER.negated(), new Random(1)))
                    .isBetween(Duration.ZERO, Duration.ofSeconds(1));
            assertThatThrownBy(() -> backoff.delay(-1, Duration.ZERO, new Random(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("retry");
        }
    }

    @Test
    void a_server_that_asks_to_come_again_in_all_time_gets_no_retry_C4() throws Exception {
        for (String never :
                List.of("99999999999999999999999", "9223372036854775807", "Fri, 31 Dec 9999 23:59:59 GMT")) {
            calls.server.next(new Step.Answer(503, "", "Retry-After", never));

            RetryReport report = RetryReport.of(
                            calls.client().send(calls.request().build(), BodyHandlers.ofString()))
                    .orElseThrow();

            assertThat(report.stop()).isEqualTo(StopReason.DEADLINE);
        }
    }

    @Test
    void an_operation_that_was_begun_at_any_time_is_gone_on_with_C7() throws Exception {
        for (Instant firstSent : List.of(Instant.MIN, Instant.EPOCH, Instant.MAX)) {
            calls.server.next(new Step.Answer(503, ""));
            HttpResponse<String> response = calls.client()
                    .resume(
                            calls.request().build(),
                            new ResumedOperation(
                                    new IdempotencyKey("begun-" + firstSent.getEpochSecond()), firstSent, false),
                            BodyHandlers.ofString());

            assertThat(response.statusCode()).as("%s", firstSent).isEqualTo(201);
        }
    }

    @Test
    void what_may_have_happened_is_not_sent_when_the_server_may_have_forgotten_it_C7() throws Exception {
        for (Instant firstSent : List.of(Instant.MIN, Instant.now().minus(Duration.ofHours(24)))) {
            CallFailedException failed = catchThrowableOfType(
                    CallFailedException.class,
                    () -> calls.client()
                            .resume(
                                    calls.request().build(),
                                    new ResumedOperation(new IdempotencyKey("long-ago"), firstSent, true),
                                    BodyHandlers.ofString()));

            assertThat(failed.report().stop()).isEqualTo(StopReason.RETENTION);
            assertThat(failed.report().attempts()).isZero();
            assertThat(failed.report().certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        }
        assertThat(calls.server.received()).isEmpty();
    }

    @Test
    void a_timer_that_is_asked_for_all_time_waits() {
        assertThat(RetryTimer.real().after(FOREVER)).isNotDone();
        assertThat(RetryTimer.real().after(FOREVER.negated())).succeedsWithin(Duration.ofSeconds(10));
    }
}
