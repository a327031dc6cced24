package dev.reprise.conformance.check;

import dev.reprise.conformance.Field;
import dev.reprise.conformance.wire.WireResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/** Stripe's API: the whole field value is the key, errors in an envelope of their own. */
final class StripeWireProfile implements WireProfile {
    @Override
    public List<Field> fields(TestKey key, String header) {
        return List.of(new Field(header, key.value()));
    }

    @Override
    public List<Malformed> malformed() {
        return List.of(
                Malformed.ours("empty", "An empty key is refused", key -> ""),
                Malformed.should(
                        Malformed.TOO_LONG,
                        "A key of more than 255 characters is refused",
                        key -> key + "x".repeat(256 - key.length())),
                Malformed.ours(
                        "non-ascii", "A key with bytes outside of ASCII is refused", key -> key + "\u00c3\u00a9"),
                Malformed.twoLines(UnaryOperator.identity()));
    }

    @Override
    public int status(ExpectedRefusal refusal) {
        return refusal == ExpectedRefusal.MISMATCH ? 400 : refusal.status();
    }

    @Override
    public boolean isInProgress(WireResponse response) {
        return response.status() == ExpectedRefusal.IN_PROGRESS.status();
    }

    @Override
    public List<String> complaints(ExpectedRefusal refusal, WireResponse response) {
        List<String> complaints = new ArrayList<>();
        if (!response.mediaType().equals("application/json")) {
            complaints.add("Content-Type is " + (response.mediaType().isEmpty() ? "missing" : response.mediaType())
                    + " instead of application/json");
        }
        JsonNode error = Problems.json(response).path("error");
        if (!error.isObject()) {
            complaints.add("the body has no object named error");
            return complaints;
        }
        require(complaints, "type", error.path("type").asString(""), type(refusal));
        if (refusal == ExpectedRefusal.IN_PROGRESS) {
            require(complaints, "code", error.path("code").asString(""), "idempotency_key_in_use");
        }
        if (error.path("message").asString("").isBlank()) {
            complaints.add("error.message, for people to read, is missing");
        }
        return complaints;
    }

    private static String type(ExpectedRefusal refusal) {
        return switch (refusal) {
            case MISSING_KEY, INVALID_KEY -> "invalid_request_error";
            case IN_PROGRESS, MISMATCH, ALREADY_HANDLED -> "idempotency_error";
        };
    }

    private static void require(List<String> complaints, String name, String came, String expected) {
        if (!came.equals(expected)) {
            complaints.add("error." + name + " is " + (came.isEmpty() ? "missing" : came) + " instead of " + expected);
        }
    }
}
