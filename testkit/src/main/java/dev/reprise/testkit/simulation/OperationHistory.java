package dev.reprise.testkit.simulation;

import dev.reprise.FencingToken;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to one operation so far, as far as the judgement needs it. An epoch ends when the key is legally new: its
 * record has expired, or an operator has released it.
 */
final class OperationHistory {
    private final List<LedgerEntry> effects = new ArrayList<>();
    private final Map<FencingToken, Integer> epochs = new HashMap<>();
    private final Set<String> payloads = new HashSet<>();
    private int epoch;
    private FencingToken greatest = FencingToken.NONE;
    private @Nullable OperationRecord record;
    private @Nullable Response acknowledged;

    @Nullable
    OperationRecord record() {
        return record;
    }

    /** What is there at that time: an expired record is none. */
    @Nullable
    OperationRecord recordAt(Instant now) {
        return record != null && record.expiredAt(now) ? null : record;
    }

    void becomes(@Nullable OperationRecord after) {
        record = after;
        if (after != null && after.state() instanceof Running) {
            epochs.putIfAbsent(after.token(), epoch);
            greatest = after.token().compareTo(greatest) > 0 ? after.token() : greatest;
        }
    }

    /** The greatest token that any owner has had. */
    FencingToken greatest() {
        return greatest;
    }

    int epoch() {
        return epoch;
    }

    void nextEpoch() {
        epoch++;
        acknowledged = null;
    }

    int epochOf(FencingToken token) {
        return epochs.getOrDefault(token, epoch);
    }

    void asked(String payload) {
        payloads.add(payload);
    }

    /** Whether the operation was asked for with more than one payload. */
    boolean isDisputed() {
        return payloads.size() > 1;
    }

    void add(LedgerEntry effect) {
        effects.add(effect);
    }

    List<LedgerEntry> effectsOf(int wanted) {
        return effects.stream().filter(effect -> effect.epoch() == wanted).toList();
    }

    /** The response that a caller has got, and every later one has to get. */
    @Nullable
    Response acknowledged() {
        return acknowledged;
    }

    void acknowledge(Response response) {
        acknowledged = response;
    }

    /** Somebody has found the record expired, and the clock may be set back as it likes. */
    void expires() {
        acknowledged = null;
    }

    /** Whether an acknowledged response has to be replayed at that time. */
    boolean hasToReplay(Instant now) {
        return acknowledged != null && record != null && record.state() instanceof Completed && !record.expiredAt(now);
    }
}
