package dev.reprise.http;

import dev.reprise.IdempotencyKey;
import dev.reprise.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** See {@link Profile#JSON_RPC}; from JSON-RPC 2.0, section 5.1, and the Model Context Protocol's streamable HTTP. */
final class JsonRpcRules implements ProfileRules {
    static final String ARGUMENT = "/params/arguments/idempotency_key";
    private static final int INVALID_PARAMS = -32602;
    /** One of those that servers may use; clients tell them apart by the data. */
    private static final int REFUSED = -32050;

    /** What a result says that asks for input, since the Model Context Protocol of 2026-07-28. */
    private static final String ASKING = "\"input_required\"";

    private static final MemberPaths RESULT_TYPE = MemberPaths.of(List.of("/result/resultType"));

    /** A retry has an {@code id} and a token for its progress of its own, and it may be the one that has the input which was asked for. */
    static Route on(Route route) {
        return route.withFingerprints(Fingerprinting.ofAllButFields(
                "/id", "/params/_meta", "/params/inputResponses", "/params/requestState"));
    }

    @Override
    public boolean asksForMore(Response response) {
        if (response.body().isOmitted() || !MediaType.isJson(response.headers().all("Content-Type"))) {
            return false;
        }
        byte[] body = response.body().bytes();
        // Few answers need to be read for this.
        return new String(body, StandardCharsets.ISO_8859_1).contains(ASKING)
                && JsonReader.locate(body, RESULT_TYPE)
                        .filter(found ->
                                found.spans().stream().map(found::written).anyMatch(ASKING::equals))
                        .isPresent();
    }

    /** The call was understood, so its transport has not failed; only without a call there is nothing to answer. */
    @Override
    public Response refusal(ProblemDetails refusal, @Nullable IdempotencyKey key) {
        ProblemType problem = refusal.problem();
        boolean aboutKey = problem == ProblemType.MISSING_KEY || problem == ProblemType.INVALID_KEY;
        long seconds = refusal.retryAfterSeconds();
        return refusal.response(
                "application/json",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":" + (aboutKey ? INVALID_PARAMS : REFUSED)
                        + ",\"message\":" + Json.quote(refusal.detail()) + ",\"data\":{\"type\":"
                        + Json.quote(problem.type()) + ",\"code\":" + Json.quote(problem.code()) + ",\"retryable\":"
                        + problem.isWorthRetrying() + (seconds > 0 ? ",\"retry_after\":" + seconds : "") + "}}}\n");
    }

    @Override
    public boolean addresses() {
        return true;
    }

    @Override
    public Response addressed(Response response, byte[] request) {
        return JsonText.member(request, "id")
                .map(id -> JsonText.withMember(succeeded(response), "id", id))
                .orElse(response);
    }

    private static Response succeeded(Response response) {
        return new Response(200, response.headers(), response.body());
    }
}
