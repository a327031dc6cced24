package dev.reprise.client;

import java.io.IOException;

/** What became of one attempt. */
public sealed interface AttemptResult {
    /**
     * The connection was never established, so the server has not seen the request.
     *
     * @param cause what the client threw
     */
    record NotSent(IOException cause) implements AttemptResult {}

    /**
     * The request was sent, or a part of it, and no whole answer came back.
     *
     * @param cause what the client threw
     */
    record NoAnswer(IOException cause) implements AttemptResult {}

    /**
     * The server answered.
     *
     * @param answer its answer
     * @param replayed whether it is marked as the recorded answer of an earlier attempt (S17)
     */
    record Answered(ResponseView answer, boolean replayed) implements AttemptResult {}
}
