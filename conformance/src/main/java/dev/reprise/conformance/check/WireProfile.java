package dev.reprise.conformance.check;

import dev.reprise.conformance.Field;
import dev.reprise.conformance.Profile;
import dev.reprise.conformance.wire.WireForm;
import dev.reprise.conformance.wire.WireResponse;
import java.util.List;

/** What a profile looks like on the wire. */
interface WireProfile {
    /** The field that marks a replay (S17). */
    String REPLAYED = "Idempotent-Replayed";

    static WireProfile of(Profile profile) {
        return switch (profile) {
            case IETF -> new IetfWireProfile();
            case STRIPE -> new StripeWireProfile();
            case OASIS -> new OasisWireProfile();
            case ACP -> new AcpWireProfile();
            case ADCP -> new AdcpWireProfile();
        };
    }

    /** The fields that carry the key. */
    List<Field> fields(TestKey key, String header);

    /** What else a request with a key needs, whatever the key looks like. */
    default List<Field> companions(TestKey key) {
        return List.of();
    }

    /** How messages are written, where the key or the mark of a replay is no field. */
    default WireForm form() {
        return WireForm.PLAIN;
    }

    /** Ways to write a key that is none. */
    List<Malformed> malformed();

    /** The status of a refusal. */
    default int status(ExpectedRefusal refusal) {
        return refusal.status();
    }

    /** What is wrong with the document of a refusal; empty if nothing is. */
    default List<String> complaints(ExpectedRefusal refusal, WireResponse response) {
        return Problems.complaints(refusal, response);
    }

    /** Whether the response says to come again because the first request is running. */
    default boolean isInProgress(WireResponse response) {
        String type = Problems.type(response);
        return response.status() == ExpectedRefusal.IN_PROGRESS.status()
                && List.of("outcome-unknown", ExpectedRefusal.ALREADY_HANDLED.problem()).stream()
                        .noneMatch(type::endsWith);
    }

    /** Whether the response says that it is a replay. */
    static boolean isMarked(WireResponse response) {
        return response.first(REPLAYED)
                .map(value -> value.strip().equalsIgnoreCase("true"))
                .orElse(false);
    }
}
