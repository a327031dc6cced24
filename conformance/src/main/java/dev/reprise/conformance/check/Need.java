package dev.reprise.conformance.check;

import dev.reprise.conformance.Target;
import java.util.function.Predicate;

/**
 * What a case has to know of its target.
 *
 * @param why said where it is not known
 */
record Need(Predicate<Target> met, String why) {
    static final Need BODY = new Need(target -> target.body() != null, "The request has no body; give one with --body");
    static final Need OTHER_BODY = new Need(
            target -> target.mismatchingBody().isPresent(),
            "No other body for the same key is known; give one with --other-body");
    static final Need CREDENTIAL = new Need(
            target -> target.credential() != null,
            "Nobody has to say who asks; if somebody does, say so with --credential instead of --header");
    static final Need SECOND_CREDENTIAL = new Need(
            target -> target.secondCredential() != null,
            "Only one caller is known; give another one with --second-credential");
    static final Need REVOKED_CREDENTIAL = new Need(
            target -> target.revokedCredential() != null,
            "No revoked credential is known; give one with --revoked-credential");
    static final Need SLOW = new Need(
            target -> target.slow() != null,
            "Nothing is known to make the handler slow; say it with --slow-header or --slow-body");
    static final Need REFUSED = new Need(
            target -> target.refused() != null,
            "No request that the handler refuses is known; say one with --refused-header or --refused-body");
    static final Need FAILING = new Need(
            target -> target.failing() != null,
            "No request that fails after its work is known; say one with --failing-header or --failing-body");
    static final Need LARGE = new Need(
            target -> target.large() != null,
            "No request with a large or endless response is known; say one with --large-header or --large-body");
    static final Need ORIGIN = new Need(
            target -> target.origin() != null,
            "No origin that browsers call from is known; say one with --origin if there is one");
    static final Need RETENTION = new Need(
            target -> target.retention() != null,
            "No retention that is short enough to wait for is known; configure one and say it with --retention");
    static final Need ISSUER = new Need(
            target -> target.issuer() != null, "Keys are made by callers here; if not, say where with --issuer");
    static final Need KEY_LIFETIME = new Need(
            target -> target.keyLifetime() != null,
            "No lifetime of issued keys that is short enough to wait for is known; say it with --key-lifetime");
    static final Need CALLERS_KEYS =
            new Need(target -> target.issuer() == null, "Issued keys are good for one caller here (S6)");
    static final Need KEY_REQUIRED = new Need(
            Target::keyRequired, "Requests without a key are allowed here; if not, say so with --key-required");
    static final Need REJECTS = new Need(
            Target::rejectsDuplicates,
            "Finished operations are replayed here; if not, say so with --rejects-duplicates");
    static final Need REPLAYS =
            new Need(target -> !target.rejectsDuplicates(), "Finished operations are refused here, not replayed (S25)");
    static final Need UNSUPPORTED_METHOD = new Need(
            target -> target.unsupportedMethod() != null,
            "An unsafe method is not sent unasked; name one that is harmless here with --unsupported-method");
}
