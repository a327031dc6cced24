package dev.reprise.conformance.reference;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of operations, by scope and key. */
final class Records {
    static final int LONGEST_BODY = 10_000;

    private final Map<String, Known> records = new HashMap<>();

    /**
     * One operation.
     *
     * @param response null while it is running
     */
    record Known(String fingerprint, @Nullable Out response, boolean unknown, boolean omitted, long expires) {
        static Known running(String fingerprint) {
            return new Known(fingerprint, null, false, false, Long.MAX_VALUE);
        }

        Known unknownOutcome() {
            return new Known(fingerprint, Out.json(500, ""), true, false, Long.MAX_VALUE);
        }

        Known finished(Out out, Duration retention) {
            boolean large = out.body().length() > LONGEST_BODY;
            return new Known(
                    fingerprint, large ? out.withBody("") : out, false, large, System.nanoTime() + retention.toNanos());
        }
    }

    /** The record of that operation, if there is one; otherwise it is running from now on, and null is returned. */
    synchronized @Nullable Known claim(String id, String fingerprint) {
        Known record = find(id);
        if (record == null) {
            records.put(id, Known.running(fingerprint));
        }
        return record;
    }

    synchronized @Nullable Known find(String id) {
        Known record = records.get(id);
        if (record != null && record.expires() != Long.MAX_VALUE && System.nanoTime() - record.expires() >= 0) {
            records.remove(id);
            return null;
        }
        return record;
    }

    synchronized void put(String id, Known record) {
        records.put(id, record);
    }

    /** Ends a running operation; one that is not running any more stays as it is. */
    synchronized void finish(String id, Known record) {
        Known present = records.get(id);
        if (present == null || present.response() == null) {
            records.put(id, record);
        }
    }

    synchronized void remove(String id) {
        records.remove(id);
    }

    synchronized boolean isUsedByAnother(String id, String key) {
        return records.keySet().stream().anyMatch(other -> other.endsWith("\n" + key) && !other.equals(id));
    }

    synchronized @Nullable Known anyOf(String key) {
        return records.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("\n" + key))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }
}
