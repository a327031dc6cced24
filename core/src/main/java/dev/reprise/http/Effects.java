package dev.reprise.http;

import dev.reprise.Response;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the answers of a handler say about its effect (S14, S15). Answers that are in neither list are final: they are recorded
 * and replayed. Immutable.
 *
 * <p>Whatever the lists say, the field {@code Idempotency-Effect: none} and the statuses 307 and 308 mean that there was no
 * effect: the same request is to be sent elsewhere, and is executed there.
 *
 * @param none the answers that say that there was none, so that the key is free again; they count before the others
 * @param uncertain the answers that leave open whether there was one
 */
public record Effects(List<StatusRange> none, List<StatusRange> uncertain) {
    /**
     * By HTTP: 401, 403, 405, 413 and 415 come from outer layers, and 408, 421, 425, 429 and a 503 with {@code Retry-After}
     * say that nothing was done, and to ask again. Any other 5xx is uncertain.
     */
    public static final Effects DEFAULT = new Effects(
            Stream.of("401", "403", "405", "408", "413", "415", "421", "425", "429", "503 with Retry-After")
                    .map(StatusRange::parse)
                    .toList(),
            List.of(StatusRange.parse("5xx")));

    /** What one answer says. */
    enum Meaning {
        /** There was no effect. */
        NONE,
        /** Nobody can tell. */
        UNCERTAIN,
        /** This is the answer to the operation. */
        FINAL
    }

    /** Copies the lists. */
    public Effects {
        none = List.copyOf(none);
        uncertain = List.copyOf(uncertain);
    }

    /** These effects, with other answers that say that there was none. */
    public Effects withNone(String... statuses) {
        return new Effects(Stream.of(statuses).map(StatusRange::parse).toList(), uncertain);
    }

    /** These effects, with other answers that leave it open. */
    public Effects withUncertain(String... statuses) {
        return new Effects(none, Stream.of(statuses).map(StatusRange::parse).toList());
    }

    Meaning of(Response response) {
        if (isDeniedBy(response) || asksToSendElsewhere(response.status()) || contain(none, response)) {
            return Meaning.NONE;
        }
        return contain(uncertain, response) ? Meaning.UNCERTAIN : Meaning.FINAL;
    }

    /** Whether an answer says by its field that there was no effect, whatever its status (S15). */
    public static boolean isDeniedBy(Response response) {
        return response.headers()
                .first(HttpNames.EFFECT)
                .filter(value -> value.strip().equals("none"))
                .isPresent();
    }

    private static boolean asksToSendElsewhere(int status) {
        return status == 307 || status == 308;
    }

    private static boolean contain(List<StatusRange> ranges, Response response) {
        for (StatusRange range : ranges) {
            if (range.contains(response)) {
                return true;
            }
        }
        return false;
    }
}
