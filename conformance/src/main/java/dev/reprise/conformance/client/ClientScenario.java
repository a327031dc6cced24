package dev.reprise.conformance.client;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the server does to the two operations of one run; what comes after its script is answered by success. */
enum ClientScenario {
    ANSWERED("both operations are answered"),
    LOST("one answer is lost, and another one breaks off"),
    BUSY("the server is down three times"),
    RETRY_AFTER("the server says when to come again"),
    TURNED_AWAY("there are too many requests, and then the first attempt is still running"),
    REFUSED("the requests are wrong"),
    DECLINED("the results are failures"),
    FORGETFUL("the server says that it remembers nothing"),
    DOWN("the server stays down");

    private final String words;

    ClientScenario(String words) {
        this.words = words;
    }

    /** What it is, for people. */
    String words() {
        return words;
    }

    /** What an attempt of that operation, counted from 0, gets; null for success. */
    @Nullable
    Reply reply(int operation, int attempt) {
        List<Reply> script = operation == 2 ? second() : first();
        return attempt < script.size() ? script.get(attempt) : null;
    }

    private List<Reply> first() {
        return switch (this) {
            case ANSWERED -> List.of();
            case LOST -> List.of(new Reply.Lost());
            case BUSY -> down(3);
            case RETRY_AFTER -> List.of(Reply.downFor(2));
            case TURNED_AWAY -> List.of(Reply.tooMany());
            case REFUSED -> List.of(Reply.mismatch());
            case DECLINED -> List.of(Reply.declined());
            case FORGETFUL -> List.of(Reply.downAndForgetful());
            case DOWN -> down(Integer.MAX_VALUE);
        };
    }

    private List<Reply> second() {
        return switch (this) {
            case ANSWERED, FORGETFUL -> List.of();
            case LOST -> List.of(new Reply.Cut());
            case BUSY -> down(3);
            case RETRY_AFTER -> List.of(Reply.downUntil(2));
            case TURNED_AWAY -> List.of(Reply.inProgress());
            case REFUSED -> List.of(Reply.malformed());
            case DECLINED -> List.of(Reply.replayedFailure());
            case DOWN -> down(Integer.MAX_VALUE);
        };
    }

    private static List<Reply> down(int times) {
        return Collections.nCopies(times, Reply.down());
    }
}
