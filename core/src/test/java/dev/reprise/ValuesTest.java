package dev.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.spi.Claim;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the small value types refuse, and what they keep to themselves. */
class ValuesTest {
    @Test
    void a_key_is_printable_ascii_of_bounded_length_S2() {
        assertThat(new IdempotencyKey("~ a\"".repeat(63)).value()).hasSize(252);
        assertThat(new IdempotencyKey("x".repeat(255)).value()).hasSize(255);
        for (String bad : new String[] {"", "x".repeat(256), "a\u007f", "a\tb", "ü"}) {
            assertThatThrownBy(() -> new IdempotencyKey(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_key_is_never_shown_whole() {
        assertThat(new IdempotencyKey("0123456789abcdef")).hasToString("01234567…");
        assertThat(new OperationId(new Scope("secret-principal", "/v1"), new IdempotencyKey("0123456789abcdef")))
                .hasToString("01234567… at /v1");
    }

    @Test
    void a_body_shows_its_size_and_not_its_content() {
        assertThat(Body.of("secret".getBytes(StandardCharsets.UTF_8))).hasToString("6 bytes");
    }

    @Test
    void an_omitted_body_is_not_an_empty_one() {
        assertThat(Body.OMITTED).isNotEqualTo(Body.EMPTY);
        assertThat(Body.of(new byte[0])).isEqualTo(Body.EMPTY);
    }

    @Test
    void only_final_statuses_make_a_response() {
        assertThatThrownBy(() -> new Response(100, Headers.EMPTY, Body.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Response(600, Headers.EMPTY, Body.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_fingerprint_keeps_a_copy_and_differs_by_version() {
        byte[] digest = {1, 2, 3};
        RequestFingerprint fingerprint = new RequestFingerprint(1, digest);
        digest[0] = 9;
        fingerprint.digest()[1] = 9;

        assertThat(fingerprint)
                .isEqualTo(new RequestFingerprint(1, new byte[] {1, 2, 3}))
                .isNotEqualTo(new RequestFingerprint(2, new byte[] {1, 2, 3}))
                .isNotEqualTo(new RequestFingerprint(1, new byte[] {1, 2, 4}));
    }

    @Test
    void a_policy_names_the_setting_that_makes_no_sense() {
        OperationPolicy policy = OperationPolicy.DEFAULT;
        assertThatThrownBy(() -> policy.withLease(Duration.ZERO)).hasMessageContaining("lease");
        assertThatThrownBy(() -> policy.withRetention(Duration.ofSeconds(-1))).hasMessageContaining("retention");
        assertThatThrownBy(() -> policy.withMaxWait(Duration.ofSeconds(-1))).hasMessageContaining("maxWait");
    }

    static Stream<Arguments> limits() {
        return Stream.of(
                limit("lease", OperationPolicy.DEFAULT::withLease, Duration.ofMillis(1), OperationPolicy.MAX_LEASE),
                limit(
                        "maxRunTime",
                        OperationPolicy.DEFAULT::withMaxRunTime,
                        Duration.ofMillis(1),
                        OperationPolicy.MAX_RUN_TIME),
                limit(
                        "retention",
                        OperationPolicy.DEFAULT::withRetention,
                        Duration.ofMillis(1),
                        OperationPolicy.MAX_RETENTION),
                limit("maxWait", OperationPolicy.DEFAULT::withMaxWait, Duration.ZERO, OperationPolicy.MAX_WAIT));
    }

    private static Arguments limit(
            String name, Function<Duration, OperationPolicy> change, Duration least, Duration most) {
        return Arguments.of(name, change, least, most);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("limits")
    void a_duration_that_stores_and_timers_cannot_count_makes_no_policy(
            String name, Function<Duration, OperationPolicy> change, Duration least, Duration most) {
        for (Duration odd : List.of(
                ChronoUnit.FOREVER.getDuration(),
                Duration.ofDays(300 * 365),
                most.plusNanos(1),
                least.minusNanos(1),
                Duration.ofSeconds(-1),
                Duration.ofSeconds(Long.MIN_VALUE))) {
            assertThatThrownBy(() -> change.apply(odd))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(name + " has to be from " + least + " to " + most + ", and is " + odd);
        }
        assertThat(change.apply(least)).isNotEqualTo(change.apply(most));
    }

    @Test
    void a_claim_of_any_store_lasts_no_longer_than_a_lease_may() {
        RequestFingerprint fingerprint = new RequestFingerprint(1, new byte[] {1});
        OperationId id = new OperationId(new Scope("alice", "/v1"), new IdempotencyKey("k"));
        for (Duration odd : List.of(
                ChronoUnit.FOREVER.getDuration(), OperationPolicy.MAX_LEASE.plusNanos(1), Duration.ofNanos(-1))) {
            assertThatThrownBy(() -> new Claim(id, fingerprint, new Owner("n", 1), odd))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
