package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.spi.AttemptResult;
import dev.reprise.client.spi.AttemptResult.Answered;
import dev.reprise.client.spi.AttemptResult.NoAnswer;
import dev.reprise.client.spi.AttemptResult.NotSent;
import dev.reprise.client.spi.Evidence;
import dev.reprise.client.spi.RequestTraits;
import dev.reprise.client.spi.RetryDecision;
import dev.reprise.client.spi.RetryDecision.Next;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpHeaders;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule C2, and what each attempt tells (C8, C10). */
class ClassificationTest {
    private static final RequestTraits KEYED = new RequestTraits("POST", true);
    private static final RequestTraits UNKEYED = new RequestTraits("POST", false);
    private static final RequestTraits PUT = new RequestTraits("PUT", false);

    @Test
    void what_was_never_sent_is_always_retried_C2() {
        AttemptResult refused = new NotSent(new ConnectException());

        assertThat(Classification.of(UNKEYED, refused)).isEqualTo(new RetryDecision(Next.RETRY, Evidence.NOT_SENT));
    }

    @Test
    void a_certificate_that_is_not_trusted_is_final_and_any_other_failure_of_a_handshake_is_not_C2() {
        SSLHandshakeException untrusted = new SSLHandshakeException("path building failed");
        untrusted.initCause(new CertificateException());

        for (IOException lasting : List.of(untrusted, new SSLPeerUnverifiedException("another host"))) {
            assertThat(Classification.of(KEYED, new NotSent(lasting)))
                    .isEqualTo(new RetryDecision(Next.STOP, Evidence.NOT_SENT));
        }
        assertThat(Classification.of(KEYED, new NotSent(new SSLHandshakeException("closed")))
                        .next())
                .isEqualTo(Next.RETRY);
    }

    @Test
    void a_304_to_a_safe_request_is_its_answer_and_to_an_operation_it_means_nothing_C8() {
        assertThat(answer(new RequestTraits("get", false), 304, "").evidence()).isEqualTo(Evidence.HAPPENED);
        assertThat(answer(KEYED, 304, "").evidence()).isEqualTo(Evidence.UNKNOWN);
    }

    @Test
    void an_attempt_of_unknown_fate_leaves_the_call_uncertain_until_it_ends_C10() {
        EffectTracker effect = new EffectTracker(KEYED);
        assertThat(effect.uncertain()).isFalse();

        effect.add(Evidence.UNKNOWN);
        assertThat(effect.uncertain()).isTrue();
        effect.add(Evidence.TURNED_AWAY);
        assertThat(effect.uncertain()).isTrue();
    }

    @Test
    void what_may_have_been_sent_is_retried_only_if_that_is_idempotent_C2() {
        AttemptResult lost = new NoAnswer(new IOException());

        assertThat(Classification.of(KEYED, lost).next()).isEqualTo(Next.RETRY);
        assertThat(Classification.of(PUT, lost).next()).isEqualTo(Next.RETRY);
        assertThat(Classification.of(UNKEYED, lost)).isEqualTo(new RetryDecision(Next.STOP, Evidence.UNKNOWN));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 421, 425, 429, 500, 502, 503, 504})
    void these_answers_are_retried_C2(int status) {
        assertThat(answer(KEYED, status, "").next()).isEqualTo(Next.RETRY);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 204, 301, 304, 400, 401, 402, 403, 404, 405, 410, 412, 413, 415, 422, 501, 505})
    void these_answers_are_final_C2(int status) {
        assertThat(answer(KEYED, status, "").next()).isEqualTo(Next.STOP);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504})
    void a_failure_without_a_key_is_not_retried_and_a_replayed_one_neither_C2(int status) {
        assertThat(answer(UNKEYED, status, "").next()).isEqualTo(Next.STOP);
        assertThat(Classification.of(KEYED, new Answered(new HttpAnswer(status, fields(), "", true), true)))
                .isEqualTo(new RetryDecision(Next.STOP, Evidence.UNKNOWN));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 421, 425, 429, 503})
    void what_says_that_nothing_was_done_is_sent_again_with_or_without_a_key_C2_C8(int status) {
        for (String when : List.of("7", "Thu, 01 Jan 2026 00:00:00 GMT")) {
            assertThat(answer(UNKEYED, status, "", "Retry-After", when))
                    .isEqualTo(new RetryDecision(Next.RETRY, Evidence.TURNED_AWAY));
            assertThat(answer(KEYED, status, "", "Retry-After", when))
                    .isEqualTo(new RetryDecision(Next.RETRY, Evidence.TURNED_AWAY));
        }
    }

    @Test
    void a_503_that_does_not_say_when_to_come_again_does_not_say_that_nothing_was_done_C8() {
        assertThat(answer(KEYED, 503, "")).isEqualTo(new RetryDecision(Next.RETRY, Evidence.UNKNOWN));
        assertThat(answer(KEYED, 503, "", "Retry-After", "soon"))
                .isEqualTo(new RetryDecision(Next.RETRY, Evidence.UNKNOWN));
        assertThat(answer(UNKEYED, 503, "", "Retry-After", "soon"))
                .isEqualTo(new RetryDecision(Next.STOP, Evidence.UNKNOWN));
        assertThat(answer(KEYED, 500, "", "Retry-After", "7"))
                .isEqualTo(new RetryDecision(Next.RETRY, Evidence.UNKNOWN));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 421, 425, 429, 401, 403, 404, 451})
    void a_recorded_refusal_comes_again_however_often_one_asks_and_is_about_all_attempts_C2(int status) {
        assertThat(Classification.of(KEYED, new Answered(new HttpAnswer(status, fields(), "", true), true)))
                .isEqualTo(new RetryDecision(Next.STOP, Evidence.REFUSED));
    }

    @Test
    void a_recorded_503_may_have_happened_whenever_it_says_to_come_again_C2() {
        assertThat(Classification.of(
                        KEYED, new Answered(new HttpAnswer(503, fields("Retry-After", "7"), "", true), true)))
                .isEqualTo(new RetryDecision(Next.STOP, Evidence.UNKNOWN));
    }

    @Test
    void a_409_is_as_its_reason_says_C2() {
        assertThat(answer(KEYED, 409, "{\"type\":\"https://reprise.dev/problems/in-progress\",\"status\":409}"))
                .isEqualTo(new RetryDecision(Next.ASK_AGAIN, Evidence.UNKNOWN));
        assertThat(answer(
                        KEYED,
                        409,
                        "{\"error\":{\"type\": \"idempotency_error\", \"code\" : \"idempotency_key_in_use\"}}"))
                .isEqualTo(new RetryDecision(Next.ASK_AGAIN, Evidence.UNKNOWN));
        assertThat(answer(KEYED, 409, "", "Retry-After", "1").next()).isEqualTo(Next.ASK_AGAIN);
        assertThat(answer(KEYED, 409, "{\"type\":\"/p/outcome-unknown\"}", "Retry-After", "1"))
                .isEqualTo(new RetryDecision(Next.STOP, Evidence.UNKNOWN));
        assertThat(answer(KEYED, 409, "{\"type\":\"/p/already-handled\"}"))
                .isEqualTo(new RetryDecision(Next.STOP, Evidence.HAPPENED));
        assertThat(answer(KEYED, 409, "{\"type\":\"https://shop.example/sold-out\"}"))
                .as("which says nothing about an earlier attempt: it may be in progress in this server's words")
                .isEqualTo(new RetryDecision(Next.STOP, Evidence.DENIED));
        assertThat(Classification.of(KEYED, new Answered(new HttpAnswer(409, fields(), "sold out", true), true)))
                .isEqualTo(new RetryDecision(Next.STOP, Evidence.REFUSED));
        assertThat(answer(UNKEYED, 409, "{\"type\":\"in-progress\"}", "Retry-After", "1"))
                .isEqualTo(new RetryDecision(Next.STOP, Evidence.REFUSED));
    }

    @Test
    void a_refused_key_says_nothing_about_what_it_stands_for_C8() {
        for (String reason : List.of(
                "{\"type\":\"https://reprise.dev/problems/invalid-key\"}",
                "{\"type\":\"/p/payload-mismatch\"}",
                "{\"error\":{\"type\":\"idempotency_error\",\"message\":\"...\"}}",
                "{\"code\":\"idempotency-key-expired\"}")) {
            assertThat(answer(KEYED, 400, reason).evidence()).as(reason).isEqualTo(Evidence.DENIED);
            assertThat(answer(KEYED, 422, reason).evidence()).as(reason).isEqualTo(Evidence.DENIED);
            assertThat(answer(UNKEYED, 400, reason).evidence()).as(reason).isEqualTo(Evidence.REFUSED);
            assertThat(Classification.of(KEYED, new Answered(new HttpAnswer(422, fields(), reason, true), true))
                            .evidence())
                    .as(reason)
                    .isEqualTo(Evidence.REFUSED);
        }
        assertThat(answer(KEYED, 422, "{\"type\":\"/p/no-such-currency\"}").evidence())
                .isEqualTo(Evidence.REFUSED);
        assertThat(answer(KEYED, 412, "").evidence())
                .as("first sent before anything that the server remembers")
                .isEqualTo(Evidence.DENIED);
    }

    @Test
    void the_server_may_overrule_but_not_make_a_request_safe_that_is_not_C2() {
        assertThat(answer(KEYED, 402, "", "Stripe-Should-Retry", "true").next()).isEqualTo(Next.RETRY);
        assertThat(answer(KEYED, 500, "", "Stripe-Should-Retry", "false").next())
                .isEqualTo(Next.STOP);
        assertThat(answer(KEYED, 500, "", "Stripe-Should-Retry", "perhaps").next())
                .isEqualTo(Next.RETRY);
        assertThat(answer(UNKEYED, 500, "", "Stripe-Should-Retry", "true").next())
                .isEqualTo(Next.STOP);
        assertThat(answer(UNKEYED, 429, "", "Stripe-Should-Retry", "true").next())
                .as("nothing was done")
                .isEqualTo(Next.RETRY);
        assertThat(answer(KEYED, 409, "{\"type\":\"in-progress\"}", "Stripe-Should-Retry", "true")
                        .next())
                .as("which costs nothing")
                .isEqualTo(Next.ASK_AGAIN);
    }

    @Test
    void a_429_says_nothing_about_the_attempt_before_C10() {
        assertThat(certainty(KEYED, Evidence.TURNED_AWAY)).isEqualTo(Certainty.DID_NOT_HAPPEN);
        assertThat(certainty(KEYED, Evidence.DENIED)).isEqualTo(Certainty.REFUSED);
        assertThat(certainty(KEYED, Evidence.UNKNOWN, Evidence.DENIED)).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(certainty(KEYED, Evidence.UNKNOWN, Evidence.TURNED_AWAY)).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
    }

    @Test
    void what_is_certain_follows_from_all_attempts_C8() {
        assertThat(certainty(KEYED)).isEqualTo(Certainty.DID_NOT_HAPPEN);
        assertThat(certainty(KEYED, Evidence.NOT_SENT, Evidence.NOT_SENT)).isEqualTo(Certainty.DID_NOT_HAPPEN);
        assertThat(certainty(KEYED, Evidence.TURNED_AWAY, Evidence.NOT_SENT)).isEqualTo(Certainty.DID_NOT_HAPPEN);
        assertThat(certainty(KEYED, Evidence.UNKNOWN, Evidence.NOT_SENT)).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(certainty(KEYED, Evidence.UNKNOWN, Evidence.REFUSED)).isEqualTo(Certainty.REFUSED);
        assertThat(certainty(PUT, Evidence.UNKNOWN, Evidence.REFUSED)).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(certainty(PUT, Evidence.REFUSED)).isEqualTo(Certainty.REFUSED);
        assertThat(certainty(KEYED, Evidence.HAPPENED, Evidence.NOT_SENT)).isEqualTo(Certainty.HAPPENED);
    }

    private static Certainty certainty(RequestTraits asked, Evidence... attempts) {
        EffectTracker effect = new EffectTracker(asked);
        List.of(attempts).forEach(effect::add);
        return effect.certainty();
    }

    private static RetryDecision answer(RequestTraits asked, int status, String beginning, String... fields) {
        return Classification.of(asked, new Answered(new HttpAnswer(status, fields(fields), beginning, true), false));
    }

    private static HttpHeaders fields(String... fields) {
        return HttpHeaders.of(
                fields.length == 0 ? Map.of() : Map.of(fields[0], List.of(fields[1])), (name, value) -> true);
    }
}
