package dev.reprise.conformance.check;

import dev.reprise.conformance.CheckLimits;
import dev.reprise.conformance.Field;
import dev.reprise.conformance.Payload;
import dev.reprise.conformance.Target;
import dev.reprise.conformance.wire.Wire;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What all cases of one check share. */
final class Session {
    /** Between the numbers of two operations there is one for a mismatch. */
    private static final int STEP = 2;

    private final Target target;
    private final CheckLimits limits;
    private final Wire wire;
    private final Budget budget;
    private final WireProfile dialect;
    private final RandomGenerator random;
    private final InstantSource clock;
    private final Words words;
    private final List<String> observations = new ArrayList<>();
    private Identity identity = Identity.NONE;
    private boolean marksFirst;
    private boolean replaysDiffer;
    private boolean varies;
    private int variations;
    private ReplayCases.@Nullable Pair pair;

    Session(Target target, CheckLimits limits, Wire wire, Budget budget, RandomGenerator random, InstantSource clock) {
        this.target = target;
        this.limits = limits;
        this.wire = wire;
        this.budget = budget;
        this.dialect = WireProfile.of(target.profile());
        this.random = random;
        this.clock = clock;
        this.words = new Words(target);
    }

    Target target() {
        return target;
    }

    CheckLimits limits() {
        return limits;
    }

    Wire wire() {
        return wire;
    }

    Budget budget() {
        return budget;
    }

    WireProfile dialect() {
        return dialect;
    }

    InstantSource clock() {
        return clock;
    }

    Words words() {
        return words;
    }

    /** What was seen before anything is judged, a sentence each. */
    List<String> observations() {
        return observations;
    }

    /** What tells the answers to two executions apart. */
    Identity identity() {
        return identity;
    }

    void identity(Identity value) {
        identity = value;
    }

    /** Says that first responses are marked as replays, so that the mark tells nothing. */
    void marksFirst(boolean value) {
        marksFirst = value;
    }

    /** Whether the response says that it is a replay, and such a mark can be believed. */
    boolean isReplay(WireResponse response) {
        return !marksFirst && WireProfile.isMarked(response);
    }

    /** Whether replays are not what the first response was (S7-answer). */
    boolean replaysDiffer() {
        return replaysDiffer;
    }

    void replaysDiffer(boolean value) {
        replaysDiffer = value;
    }

    /** Gives each operation a body of its own from now on, by a smaller number; false if there is no number. */
    boolean vary() {
        varies =
                target.body() != null && target.body().withNumberSmallerBy(STEP).isPresent();
        return varies;
    }

    /** Another body for the key of that request. */
    Payload mismatchingBody(WireRequest request) {
        Payload sent = target.body();
        if (target.otherBody() == null && varies && sent != null && request.body() != null) {
            String text = new String(request.body().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            return new Payload(sent.mediaType(), text).withSmallerNumber().orElseThrow();
        }
        return target.mismatchingBody().orElseThrow();
    }

    private @Nullable Payload nextBody() {
        Payload body = target.body();
        if (!varies || body == null) {
            return body;
        }
        variations++;
        return body.withNumberSmallerBy(STEP * variations)
                .orElseThrow(
                        () -> new SettingsException(
                                "Each operation needs a number of its own, and that in the body is used up; give a larger one"));
    }

    ReplayCases.@Nullable Pair pair() {
        return pair;
    }

    void pair(ReplayCases.Pair value) {
        pair = value;
    }

    /** A key that nobody has used: a random UUID, which every API accepts, with letters that have a case. */
    TestKey randomKey() {
        long high = (random.nextLong() & ~0xf000L) | 0x4000L;
        long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new TestKey(new UUID(high, low).toString(), clock.instant());
    }

    /** Whether replays are marked here, as far as one was seen. */
    boolean marksReplays() {
        return pair != null && isReplay(pair.retry());
    }

    /** The ordinary request, without a key. */
    WireRequest ordinary() {
        List<Field> fields = new ArrayList<>(target.fields());
        if (target.credential() != null) {
            fields.add(target.credential());
        }
        return withPayload(new WireRequest(target.method(), target.uri(), fields, null), nextBody());
    }

    /** The ordinary request with that key. */
    WireRequest ordinary(TestKey key) {
        return ordinary().with(dialect.fields(key, target.keyHeader()));
    }

    static WireRequest withPayload(WireRequest request, @Nullable Payload payload) {
        return payload == null
                ? request
                : request.without("Content-Type")
                        .with("Content-Type", payload.mediaType())
                        .withBody(new String(
                                payload.text().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    }
}
