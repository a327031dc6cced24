package dev.reprise.conformance.check;

import dev.reprise.conformance.Field;
import dev.reprise.conformance.Profile;
import dev.reprise.conformance.wire.Response;
import java.util.List;

/** What a profile looks like on the wire. */
interface Dialect {
    /** The field that marks a replay (S17). */
    String REPLAYED = "Idempotent-Replayed";

    static Dialect of(Profile profile) {
        return switch (profile) {
            case IETF -> new IetfDialect();
            case STRIPE -> new StripeDialect();
            case OASIS -> new OasisDialect();
        };
    }

    /** The fields that carry the key. */
    List<Field> fields(Key key, String header);

    /** What else a request with a key needs, whatever the key looks like. */
    default List<Field> companions(Key key) {
        return List.of();
    }

    /** Ways to write a key that is none. */
    List<Malformed> malformed();

    /** The status of a refusal. */
    default int status(Refusal refusal) {
        return refusal.status();
    }

    /** What is wrong with the document of a refusal; empty if nothing is. */
    default List<String> complaints(Refusal refusal, Response response) {
        return Problems.complaints(refusal, response);
    }

    /** Whether the response says to come again because the first request is running. */
    default boolean isInProgress(Response response) {
        String type = Problems.type(response);
        return response.status() == Refusal.IN_PROGRESS.status()
                && List.of("outcome-unknown", Refusal.ALREADY_HANDLED.problem()).stream()
                        .noneMatch(type::endsWith);
    }

    /** Whether the response says that it is a replay. */
    static boolean isMarked(Response response) {
        return response.first(REPLAYED)
                .map(value -> value.strip().equalsIgnoreCase("true"))
                .orElse(false);
    }
}
