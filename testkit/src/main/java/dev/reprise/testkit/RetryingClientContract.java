package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.testkit.ScriptedServer.Step;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every retrying client does, whatever HTTP client it uses: rules C1, C2, C4 and C8. */
public abstract class RetryingClientContract {
    private static final String IN_PROGRESS = "{\"type\":\"https://reprise.dev/problems/in-progress\"}";

    private final ScriptedServer server = new ScriptedServer();

    /** For the test that extends this. */
    protected RetryingClientContract() {}

    /**
     * What a caller gets.
     *
     * @param attempts how often the client says that it has sent the request
     * @param replayed whether the client says that the answer is a replay
     * @param certainty what the client says is certain, by the name of its constant
     */
    public record Called(int status, String body, int attempts, boolean replayed, String certainty) {}

    /** Posts the body with a new key, at most 4 times, without waiting in between, and follows no redirects. */
    protected abstract Called post(URI uri, String body) throws Exception;

    /** What it says of a server that stays away. One that does not learn what was sent says "It may have happened". */
    protected String saysOfRefusedConnections() {
        return "It did not happen";
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_call_that_works_is_sent_once() throws Exception {
        assertThat(post()).isEqualTo(new Called(201, "effect 1", 1, false, "HAPPENED"));
        assertOneOperation(1);
    }

    @Test
    void a_lost_request_is_sent_again_C2() throws Exception {
        server.next(new Step.Reset(false));
        server.next(new Step.Reset(false));

        assertThat(post()).isEqualTo(new Called(201, "effect 1", 3, false, "HAPPENED"));
        assertOneOperation(3);
    }

    @Test
    void a_lost_answer_is_replayed_C2() throws Exception {
        server.next(new Step.Reset(true));

        assertThat(post()).isEqualTo(new Called(201, "effect 1", 2, true, "HAPPENED"));
        assertOneOperation(2);
    }

    @Test
    void a_server_that_is_busy_is_asked_again_C2_C4() throws Exception {
        server.next(new Step.Answer(503, "x".repeat(300_000), "Retry-After", "1"));
        server.next(new Step.Answer(429, "slow down", "Retry-After", "Thu, 01 Jan 2026 00:00:00 GMT"));
        server.next(new Step.Answer(409, IN_PROGRESS));

        assertThat(post()).isEqualTo(new Called(201, "effect 1", 4, false, "HAPPENED"));
        assertOneOperation(4);
    }

    @Test
    void the_last_answer_is_the_callers_C5() throws Exception {
        for (int i = 1; i <= 4; i++) {
            server.next(new Step.Answer(503, "down " + i));
        }

        assertThat(post()).isEqualTo(new Called(503, "down 4", 4, false, "MAY_HAVE_HAPPENED"));
    }

    @Test
    void what_is_final_is_not_retried_and_comes_whole_C2() throws Exception {
        String soldOut = "{\"type\":\"https://shop.example/sold-out\"}" + "y".repeat(100_000);
        server.next(new Step.Answer(409, soldOut));
        server.next(new Step.Answer(422, "mismatch"));
        server.next(new Step.Answer(500, "recorded", "Idempotent-Replayed", "true"));

        assertThat(post()).isEqualTo(new Called(409, soldOut, 1, false, "REFUSED"));
        assertThat(post()).isEqualTo(new Called(422, "mismatch", 1, false, "REFUSED"));
        assertThat(post()).isEqualTo(new Called(500, "recorded", 1, true, "MAY_HAVE_HAPPENED"));
    }

    @Test
    void a_redirect_is_the_answer_and_says_whether_the_operation_happened_C8() throws Exception {
        assertRedirect(301, "DID_NOT_HAPPEN");
        assertRedirect(302, "MAY_HAVE_HAPPENED");
        assertRedirect(303, "HAPPENED");
        assertRedirect(304, "MAY_HAVE_HAPPENED");
        assertRedirect(307, "DID_NOT_HAPPEN");
        assertRedirect(308, "DID_NOT_HAPPEN");
        assertThat(server.effects()).isZero();
    }

    /** What follows a lost answer, how often the request is sent, and what is certain in the end. */
    private record Pair(Step then, int attempts, String certainty) {}

    @Test
    void what_follows_a_lost_answer_says_no_more_than_it_knows_C8_C10() throws Exception {
        String outcomeUnknown = "{\"type\":\"https://reprise.dev/problems/outcome-unknown\"}";
        String handled = "{\"type\":\"https://reprise.dev/problems/already-handled\"}";
        String expired = "{\"type\":\"https://reprise.dev/problems/invalid-key\"}";
        for (Pair pair : List.of(
                new Pair(new Step.Answer(401, "who are you"), 2, "MAY_HAVE_HAPPENED"),
                new Pair(new Step.Answer(403, "not you"), 2, "MAY_HAVE_HAPPENED"),
                new Pair(new Step.Answer(404, "not here"), 2, "MAY_HAVE_HAPPENED"),
                new Pair(new Step.Answer(406, "not so"), 2, "MAY_HAVE_HAPPENED"),
                new Pair(new Step.Answer(307, "", "Location", "/moved"), 2, "MAY_HAVE_HAPPENED"),
                new Pair(new Step.Answer(303, "", "Location", "/result"), 2, "HAPPENED"),
                new Pair(new Step.Answer(402, "no money"), 2, "REFUSED"),
                new Pair(new Step.Answer(400, expired), 2, "MAY_HAVE_HAPPENED"),
                new Pair(new Step.Answer(422, expired), 2, "MAY_HAVE_HAPPENED"),
                new Pair(new Step.Answer(409, outcomeUnknown, "Retry-After", "1"), 2, "MAY_HAVE_HAPPENED"),
                new Pair(new Step.Answer(409, handled), 2, "HAPPENED"),
                new Pair(new Step.Answer(409, "in its own words"), 2, "MAY_HAVE_HAPPENED"),
                new Pair(new Step.Answer(500, "", "Idempotent-Replayed", "true"), 2, "MAY_HAVE_HAPPENED"),
                new Pair(new Step.Answer(429, "", "Idempotent-Replayed", "true"), 2, "REFUSED"),
                new Pair(new Step.Answer(503, "", "Stripe-Should-Retry", "false"), 2, "MAY_HAVE_HAPPENED"),
                new Pair(new Step.Answer(503, "", "Idempotency-Retention", "0"), 2, "MAY_HAVE_HAPPENED"))) {
            server.next(new Step.Reset(true));
            server.next(pair.then());

            Called called = post();

            assertThat(called.certainty()).as("%s", pair).isEqualTo(pair.certainty());
            assertThat(called.attempts()).as("%s", pair).isEqualTo(pair.attempts());
        }
    }

    @Test
    void what_is_turned_away_again_and_again_is_certain_only_if_nothing_was_lost_C10() throws Exception {
        for (int status : List.of(408, 421, 425, 429, 503)) {
            Step turnedAway = new Step.Answer(status, "", "Retry-After", "1");
            for (int i = 0; i < 4; i++) {
                server.next(turnedAway);
            }
            assertThat(post()).as("%s", status).isEqualTo(new Called(status, "", 4, false, "DID_NOT_HAPPEN"));

            server.next(new Step.Reset(false));
            for (int i = 0; i < 3; i++) {
                server.next(turnedAway);
            }
            assertThat(post()).as("%s", status).isEqualTo(new Called(status, "", 4, false, "MAY_HAVE_HAPPENED"));
        }
        assertThat(server.effects()).isZero();
    }

    @Test
    void an_answer_that_is_lost_while_others_say_that_it_is_in_progress_is_replayed_C2() throws Exception {
        server.next(new Step.Reset(true));
        server.next(new Step.Answer(409, IN_PROGRESS, "Retry-After", "1"));
        server.next(new Step.Reset(false));

        assertThat(post()).isEqualTo(new Called(201, "effect 1", 4, true, "HAPPENED"));
        assertOneOperation(4);
    }

    @Test
    void a_reason_that_breaks_off_while_it_is_read_is_asked_for_again_C2() throws Exception {
        server.next(new Step.Cut(new Step.Answer(409, IN_PROGRESS)));
        server.next(new Step.Cut(new Step.Answer(409, "{\"type\":\"https://shop.example/sold-out\"}")));

        assertThat(post()).isEqualTo(new Called(201, "effect 1", 3, false, "HAPPENED"));
        assertOneOperation(3);
    }

    @Test
    void an_operation_that_is_in_progress_to_the_end_may_have_happened_C5_C8() throws Exception {
        for (int i = 0; i < 4; i++) {
            server.next(new Step.Answer(409, IN_PROGRESS));
        }

        assertThat(post()).isEqualTo(new Called(409, IN_PROGRESS, 4, false, "MAY_HAVE_HAPPENED"));
    }

    @Test
    void answers_that_are_lost_to_the_end_are_a_failure_that_says_to_use_the_same_key_C5_C8() {
        for (int i = 0; i < 4; i++) {
            server.next(new Step.Reset(i == 2));
        }

        assertThatThrownBy(this::post)
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("attempt 4", "safe with the same key");
        assertThat(server.effects()).isEqualTo(1);
    }

    @Test
    void a_server_that_stays_away_is_an_exception_that_says_what_is_certain_C8() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        assertThatThrownBy(() -> post(URI.create("http://127.0.0.1:" + port + "/charges"), "amount=1000"))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("attempt 4", saysOfRefusedConnections());
    }

    private void assertRedirect(int status, String certainty) throws Exception {
        server.next(new Step.Answer(status, "", "Location", "/moved"));

        assertThat(post()).isEqualTo(new Called(status, "", 1, false, certainty));
    }

    private Called post() throws Exception {
        return post(server.uri("/charges"), "amount=1000");
    }

    private void assertOneOperation(int attempts) {
        assertThat(server.received()).hasSize(attempts);
        assertThat(server.received().stream().map(Received::body).distinct()).containsExactly("amount=1000");
        assertThat(server.received().stream()
                        .map(request -> request.field("idempotency-key").orElse("none"))
                        .distinct())
                .hasSize(1)
                .doesNotContain("none");
        assertThat(server.effects()).isEqualTo(1);
    }
}
