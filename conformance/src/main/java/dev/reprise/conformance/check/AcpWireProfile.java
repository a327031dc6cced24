package dev.reprise.conformance.check;

import dev.reprise.conformance.Field;
import dev.reprise.conformance.wire.WireResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/** The Agentic Commerce Protocol: the whole field value is the key, errors are flat. */
final class AcpWireProfile implements WireProfile {
    @Override
    public List<Field> fields(TestKey key, String header) {
        return List.of(new Field(header, key.value()));
    }

    @Override
    public List<Malformed> malformed() {
        return List.of(
                Malformed.ours("empty", "An empty key is refused", key -> ""),
                Malformed.ours(
                        Malformed.TOO_LONG,
                        "A key of more than 255 characters is refused",
                        key -> key + "x".repeat(256 - key.length())),
                Malformed.twoLines(UnaryOperator.identity()));
    }

    @Override
    public boolean isInProgress(WireResponse response) {
        return response.status() == ExpectedRefusal.IN_PROGRESS.status()
                && Problems.json(response).path("code").asString("").equals(code(ExpectedRefusal.IN_PROGRESS));
    }

    @Override
    public List<String> complaints(ExpectedRefusal refusal, WireResponse response) {
        JsonNode error = Problems.json(response);
        String type = error.path("type").asString("");
        String code = error.path("code").asString("");
        String expected = code(refusal);
        List<String> complaints = new ArrayList<>();
        if (!type.equals("invalid_request")) {
            complaints.add("type is " + (type.isEmpty() ? "missing" : type) + " instead of invalid_request");
        }
        if (!expected.isEmpty() && !code.equals(expected)) {
            complaints.add("code is " + (code.isEmpty() ? "missing" : code) + " instead of " + expected);
        }
        if (error.path("message").asString("").isBlank()) {
            complaints.add("message, for people to read, is missing");
        }
        return complaints;
    }

    /** The protocol has codes for three of them. */
    private static String code(ExpectedRefusal refusal) {
        return switch (refusal) {
            case MISSING_KEY -> "idempotency_key_required";
            case IN_PROGRESS -> "idempotency_in_flight";
            case MISMATCH -> "idempotency_conflict";
            case INVALID_KEY, ALREADY_HANDLED -> "";
        };
    }
}
