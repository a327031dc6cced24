package dev.reprise;

import java.time.Duration;

/** What the caller of an operation gets, and why. */
public sealed interface Answer extends Decision {
    /**
     * The handler's own response may go out: whatever had to be durable is (S19).
     *
     * @param response what the handler answered
     * @param retention how long a retry will get it, zero if it was not recorded
     */
    record Fresh(Response response, Duration retention) implements Answer {}

    /**
     * The recorded response of an earlier execution (S7).
     *
     * @param response as recorded; its body is the omitted one where it was left out (S21)
     * @param retention how much longer it will be replayed
     */
    record Replay(Response response, Duration retention) implements Answer {}

    /**
     * Nothing was executed for this request, and nothing was recorded (S10).
     *
     * @param reason why
     * @param retryAfter when it makes sense to ask again, zero if it does not
     */
    record Reject(Rejection reason, Duration retryAfter) implements Answer {}
}
