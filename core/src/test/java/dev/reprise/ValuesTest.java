package dev.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

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

    @Test
    void the_default_policy_keeps_records_for_a_day_and_takes_no_risks_S22_S23() {
        OperationPolicy policy = OperationPolicy.DEFAULT;
        assertThat(policy.retention()).isGreaterThanOrEqualTo(Duration.ofHours(24));
        assertThat(policy.uncertain()).isEqualTo(OperationPolicy.Uncertain.UNKNOWN);
        assertThat(policy.storeFailure()).isEqualTo(OperationPolicy.StoreFailure.FAIL_CLOSED);
    }
}
