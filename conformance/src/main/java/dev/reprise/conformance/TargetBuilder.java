package dev.reprise.conformance;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Describes a {@link Target}. Used by one thread; every setter takes null for "not known". */
public final class TargetBuilder {
    private final URI uri;
    private final List<Field> fields = new ArrayList<>();
    private String method = "POST";
    private Profile profile = Profile.IETF;
    private @Nullable String keyHeader;
    private boolean keyRequired;
    private boolean rejectsDuplicates;
    private @Nullable Payload body;
    private @Nullable Field credential;
    private @Nullable Field secondCredential;
    private @Nullable Field revokedCredential;
    private @Nullable Payload otherBody;
    private @Nullable EffectQuery effects;
    private @Nullable RequestVariant slow;
    private @Nullable RequestVariant refused;
    private @Nullable RequestVariant failing;
    private @Nullable RequestVariant large;
    private @Nullable String origin;
    private @Nullable Duration retention;
    private @Nullable URI issuer;
    private @Nullable Duration keyLifetime;
    private @Nullable String unsupportedMethod;

    TargetBuilder(URI uri) {
        this.uri = Objects.requireNonNull(uri);
    }

    /** The method; POST unless called. */
    public TargetBuilder method(String value) {
        method = Objects.requireNonNull(value);
        return this;
    }

    /** The profile; {@link Profile#IETF} unless called. */
    public TargetBuilder profile(Profile value) {
        profile = Objects.requireNonNull(value);
        return this;
    }

    /** Fields for every request; may be called several times. */
    public TargetBuilder fields(List<Field> values) {
        fields.addAll(values);
        return this;
    }

    /** The field that carries the key; the profile's unless called. */
    public TargetBuilder keyHeader(@Nullable String value) {
        keyHeader = value;
        return this;
    }

    /** Says that requests without a key are to be refused (S4). */
    public TargetBuilder keyRequired(boolean value) {
        keyRequired = value;
        return this;
    }

    /** Says that finished operations are refused instead of replayed (S25). */
    public TargetBuilder rejectsDuplicates(boolean value) {
        rejectsDuplicates = value;
        return this;
    }

    /** The body of the request. Without it requests have none. */
    public TargetBuilder body(@Nullable Payload value) {
        body = value;
        return this;
    }

    /** The field that says who asks. Without it rules about callers are not applicable. */
    public TargetBuilder credential(@Nullable Field value) {
        credential = value;
        return this;
    }

    /** The same field of another caller who may do the same (S12). */
    public TargetBuilder secondCredential(@Nullable Field value) {
        secondCredential = value;
        return this;
    }

    /** The same field of somebody who may not (S13). */
    public TargetBuilder revokedCredential(@Nullable Field value) {
        revokedCredential = value;
        return this;
    }

    /** Another acceptable body, for the same key (S9). Without it one number of the body is made smaller. */
    public TargetBuilder otherBody(@Nullable Payload value) {
        otherBody = value;
        return this;
    }

    /** Where to see how often something was executed. Without it the answers say so. */
    public TargetBuilder effects(@Nullable EffectQuery value) {
        effects = value;
        return this;
    }

    /** Makes the handler take half a second at least (S8). */
    public TargetBuilder slow(@Nullable RequestVariant value) {
        slow = value;
        return this;
    }

    /** Gets a 4xx of the handler itself (S14). */
    public TargetBuilder refused(@Nullable RequestVariant value) {
        refused = value;
        return this;
    }

    /** Gets a 5xx after the work was done (S15). */
    public TargetBuilder failing(@Nullable RequestVariant value) {
        failing = value;
        return this;
    }

    /** Gets a response that is too long to be recorded, or a stream (S21). */
    public TargetBuilder large(@Nullable RequestVariant value) {
        large = value;
        return this;
    }

    /** An origin that browsers may call from (S26). */
    public TargetBuilder origin(@Nullable String value) {
        origin = value;
        return this;
    }

    /** The configured retention, if it is short enough to wait for (S23). */
    public TargetBuilder retention(@Nullable Duration value) {
        retention = value;
        return this;
    }

    /** Where keys are to be fetched by POST (S6). */
    public TargetBuilder issuer(@Nullable URI value) {
        issuer = value;
        return this;
    }

    /** How long an issued key may be used, if that is short enough to wait for (S6). */
    public TargetBuilder keyLifetime(@Nullable Duration value) {
        keyLifetime = value;
        return this;
    }

    /** An unsafe method for which keys are not supported here; it will be sent to the same URL. */
    public TargetBuilder unsupportedMethod(@Nullable String value) {
        unsupportedMethod = value;
        return this;
    }

    /**
     * The target.
     *
     * @throws IllegalArgumentException if the settings do not fit together
     */
    public Target build() {
        return new Target(
                uri,
                method,
                profile,
                body,
                fields,
                credential,
                secondCredential,
                revokedCredential,
                otherBody,
                effects,
                keyHeader == null ? profile.keyHeader() : keyHeader,
                keyRequired,
                rejectsDuplicates,
                slow,
                refused,
                failing,
                large,
                origin,
                retention,
                issuer,
                keyLifetime,
                unsupportedMethod);
    }
}
