package dev.reprise.conformance.check;

import dev.reprise.conformance.CheckLimits;
import dev.reprise.conformance.Field;
import dev.reprise.conformance.Payload;
import dev.reprise.conformance.Target;
import dev.reprise.conformance.wire.Wire;
import dev.reprise.conformance.wire.WireRequest;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What all cases of one check share. */
final class Session {
    private final Target target;
    private final CheckLimits limits;
    private final Wire wire;
    private final Budget budget;
    private final WireProfile dialect;
    private final RandomGenerator random;
    private final InstantSource clock;
    private final Words words;
    private boolean answersDiffer;
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

    /** Whether the answers to two executions differ, so that an answer identifies its execution. */
    boolean answersDiffer() {
        return answersDiffer;
    }

    void answersDiffer(boolean value) {
        answersDiffer = value;
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
        return pair != null && WireProfile.isMarked(pair.retry());
    }

    /** The ordinary request, without a key. */
    WireRequest ordinary() {
        List<Field> fields = new ArrayList<>(target.fields());
        if (target.credential() != null) {
            fields.add(target.credential());
        }
        return withPayload(new WireRequest(target.method(), target.uri(), fields, null), target.body());
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
