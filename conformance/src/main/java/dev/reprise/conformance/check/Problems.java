package dev.reprise.conformance.check;

import dev.reprise.conformance.wire.WireResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Reads JSON answers, and judges problem documents (RFC 9457). */
final class Problems {
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final Pattern LINK = Pattern.compile("(?i)\\bhttps?://[^\\s\"'<>]+\\.?[^\\s\"'<>]+");

    private Problems() {}

    /** The body as JSON; missing if it is none. */
    static JsonNode json(WireResponse response) {
        try {
            return JSON.readTree(response.text());
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    /** The type of a problem document; empty if the response is none. */
    static String type(WireResponse response) {
        return response.mediaType().equals("application/problem+json")
                ? json(response).path("type").asString("")
                : "";
    }

    /** Whether the body has an address to read on: in a problem document its type, too. */
    static boolean linksSomewhere(WireResponse response) {
        return LINK.matcher(response.text()).find() || type(response).startsWith("/");
    }

    static List<String> complaints(ExpectedRefusal refusal, WireResponse response) {
        List<String> complaints = new ArrayList<>();
        if (!response.mediaType().equals("application/problem+json")) {
            complaints.add("Content-Type is " + (response.mediaType().isEmpty() ? "missing" : response.mediaType())
                    + " instead of application/problem+json");
            return complaints;
        }
        JsonNode problem = json(response);
        if (!problem.isObject()) {
            complaints.add("the body is no JSON object");
            return complaints;
        }
        String type = problem.path("type").asString("");
        if (!type.endsWith(refusal.problem())) {
            complaints.add(
                    "type is " + (type.isEmpty() ? "missing" : type) + ", which does not end in " + refusal.problem());
        }
        if (problem.has("status") && problem.path("status").asInt(0) != response.status()) {
            complaints.add(
                    "status says " + problem.path("status").asString("") + " in an answer of " + response.status());
        }
        if (problem.path("title").asString("").isBlank()) {
            complaints.add("there is no title for people to read");
        }
        return complaints;
    }
}
