package dev.reprise.conformance.reference;

import dev.reprise.conformance.Profile;

/** Answers that the handler did not make. */
final class Refusals {
    private final Settings settings;

    Refusals(Settings settings) {
        this.settings = settings;
    }

    Out missingKey() {
        int status = settings.has(Fault.ANSWERS_A_MISSING_KEY_WITH_428) ? 428 : 400;
        return refusal(status, 400, "missing-key", "invalid_request_error", "");
    }

    Out invalidKey() {
        return again(refusal(400, 400, "invalid-key", "invalid_request_error", ""), false);
    }

    Out tooOld() {
        return refusal(412, 412, "too-old", "", "");
    }

    Out mismatch() {
        boolean wrong = settings.has(Fault.ANSWERS_MISMATCH_WITH_422);
        int status = settings.has(Fault.ANSWERS_MISMATCH_WITH_417) ? 417 : 422;
        return again(refusal(status, wrong ? 422 : 400, "payload-mismatch", "idempotency_error", ""), false);
    }

    Out inProgress() {
        if (settings.has(Fault.ANSWERS_500_WHILE_RUNNING)) {
            return Out.json(500, "{}");
        }
        Out out = again(refusal(409, 409, "in-progress", "idempotency_error", "idempotency_key_in_use"), true);
        return settings.has(Fault.DOES_NOT_SAY_WHEN_TO_COME_AGAIN) ? out : out.with("Retry-After", "1");
    }

    Out outcomeUnknown() {
        return again(refusal(409, 409, "outcome-unknown", "idempotency_error", ""), false);
    }

    Out alreadyHandled() {
        return again(refusal(409, 409, "already-handled", "idempotency_error", ""), false);
    }

    Out unauthorised() {
        return Out.json(401, "{}").with("WWW-Authenticate", "Bearer");
    }

    Out unsupported(boolean keyed) {
        return keyed
                        && settings.profile() == Profile.OASIS
                        && !settings.has(Fault.IGNORES_HEADERS_ON_UNSUPPORTED_METHODS)
                ? refusal(501, 501, "unsupported", "", "")
                : Out.json(405, "{}").with("Allow", "GET, HEAD, POST");
    }

    private Out again(Out out, boolean retry) {
        return settings.profile() == Profile.STRIPE && !settings.has(Fault.DOES_NOT_SAY_WHETHER_TO_RETRY)
                ? out.with("Stripe-Should-Retry", Boolean.toString(retry))
                : out;
    }

    private Out refusal(int status, int stripeStatus, String name, String stripeType, String code) {
        if (settings.profile() == Profile.STRIPE) {
            String error = "{\"type\":\"" + stripeType + "\",\"code\":\"" + code + "\",\"message\":\"Refused\"}";
            return Out.json(
                    stripeStatus,
                    settings.has(Fault.STRIPE_ERRORS_HAVE_NO_ENVELOPE) ? error : "{\"error\":" + error + "}");
        }
        String type = settings.has(Fault.PROBLEMS_HAVE_NO_TYPE)
                ? "https://example.com/problems"
                : (settings.has(Fault.DOES_NOT_SAY_WHERE_KEYS_ARE_DOCUMENTED)
                                ? "tag:example.com,2026:"
                                : "https://example.com/problems/")
                        + name;
        Out out = Out.of(
                status,
                settings.has(Fault.ERRORS_ARE_PLAIN_JSON) ? "application/json" : "application/problem+json",
                "{\"type\":\"" + type + "\",\"title\":\"Refused\",\"status\":" + status + "}");
        return settings.profile() == Profile.OASIS && !settings.has(Fault.DOES_NOT_SAY_THE_RESULT)
                ? out.with("Repeatability-Result", "rejected")
                : out;
    }
}
