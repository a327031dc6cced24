package dev.reprise.conformance.check;

import dev.reprise.conformance.Field;
import dev.reprise.conformance.Profile;
import dev.reprise.conformance.wire.WireForm;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Ad Context Protocol: the key is a member of the JSON body, and so is the mark of a replay. The cases work with both as
 * fields; they are moved on the way.
 */
final class AdcpWireProfile implements WireProfile, WireForm {
    private static final String KEY = Profile.ADCP.keyHeader();
    private static final String REPLAYED_MEMBER = "replayed";

    @Override
    public List<Field> fields(TestKey key, String header) {
        return List.of(new Field(header, key.value()));
    }

    @Override
    public WireForm form() {
        return this;
    }

    /** The key becomes the first member of the body; whatever it is, it is a JSON text. */
    @Override
    public WireRequest written(WireRequest request) {
        Optional<String> key = request.first(KEY);
        String body = request.body();
        if (key.isEmpty() || body == null || !body.stripLeading().startsWith("{")) {
            return request;
        }
        String rest = body.stripLeading().substring(1);
        String member =
                "\"" + KEY + "\":\"" + escaped(key.get()) + "\"" + (rest.strip().equals("}") ? "" : ",");
        return request.without(KEY).withBody("{" + member + rest);
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /** The mark becomes a field, and the rest of the body is what it means, as the mark may be put in anywhere. */
    @Override
    public WireResponse read(WireResponse response) {
        if (!(Problems.json(response) instanceof ObjectNode body)) {
            return response;
        }
        boolean replayed = body.path(REPLAYED_MEMBER).asBoolean(false);
        body.remove(REPLAYED_MEMBER);
        List<Field> fields = new ArrayList<>(response.fields());
        if (replayed) {
            fields.add(new Field(REPLAYED, "true"));
        }
        String rest = new String(body.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return new WireResponse(response.status(), fields, rest, response.took());
    }

    @Override
    public List<Malformed> malformed() {
        return List.of(
                Malformed.should("short", "A key of less than 16 characters is refused", key -> key.substring(0, 15)),
                Malformed.should(
                        "character", "A key with a character that is not allowed is refused", key -> key + "!"),
                Malformed.should(
                        Malformed.TOO_LONG,
                        "A key of more than 255 characters is refused",
                        key -> key + "x".repeat(256 - key.length())));
    }

    @Override
    public boolean isInProgress(WireResponse response) {
        return error(response).path("code").asString("").equals(code(ExpectedRefusal.IN_PROGRESS));
    }

    @Override
    public List<String> complaints(ExpectedRefusal refusal, WireResponse response) {
        JsonNode error = error(response);
        String code = error.path("code").asString("");
        String expected = code(refusal);
        List<String> complaints = new ArrayList<>();
        if (!expected.isEmpty() && !code.equals(expected)) {
            complaints.add(
                    "the code of the error is " + (code.isEmpty() ? "missing" : code) + " instead of " + expected);
        }
        if (error.path("message").asString("").isBlank()) {
            complaints.add("the message of the error is missing");
        }
        if (refusal == ExpectedRefusal.IN_PROGRESS && error.path("retry_after").asInt(0) < 1) {
            complaints.add("retry_after, in seconds, is missing");
        }
        return complaints;
    }

    /** In one of the two layers in which the protocol has them. */
    private static JsonNode error(WireResponse response) {
        JsonNode body = Problems.json(response);
        JsonNode error = body.path("adcp_error");
        return error.isObject() ? error : body.path("errors").path(0);
    }

    private static String code(ExpectedRefusal refusal) {
        return switch (refusal) {
            case MISSING_KEY, INVALID_KEY -> "INVALID_REQUEST";
            case IN_PROGRESS -> "IDEMPOTENCY_IN_FLIGHT";
            case MISMATCH -> "IDEMPOTENCY_CONFLICT";
            case ALREADY_HANDLED -> "";
        };
    }
}
