package dev.reprise.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Redis keys of a store. The bucket is the hash tag, so everything of an operation is in one slot: its record, and what is
 * known of its bucket.
 *
 * @param prefix before all of them
 */
record KeySpace(String prefix) {
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_.:-]{1,100}");

    KeySpace {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "A prefix has 1 to 100 letters, digits, and characters of _.:- and not \"" + prefix + '"');
        }
    }

    /** Where a record is. */
    byte[] record(RecordName name) {
        return (tagged(name.bucket()) + name.rest()).getBytes(US_ASCII);
    }

    /** A sorted set of the unknown operations of a bucket by their tokens, and of the latest token that was deleted. */
    byte[] bucket(String bucket) {
        return (tagged(bucket) + ":bucket").getBytes(US_ASCII);
    }

    /** What is written so that replicas can be asked for all that was there before ({@link Replication}); it has no content. */
    String replicated(String bucket) {
        return tagged(bucket) + ":replicated";
    }

    /** Where the ends of operations are told that somebody waits for. */
    String channel() {
        return prefix + ":changes";
    }

    /** What matches the keys of records, among others. */
    String pattern(@Nullable String beginning) {
        return beginning == null ? prefix + ":{??}*" : tagged(beginning.substring(0, 2)) + beginning.substring(2) + "*";
    }

    /** The name of the record under the key; null if it is none. */
    @Nullable
    RecordName named(byte[] key) {
        String text = new String(key, US_ASCII);
        String rest = text.substring(Math.min(text.length(), prefix.length() + 2));
        if (rest.length() != RecordName.LENGTH + 1 || rest.charAt(2) != '}' || rest.indexOf(':') >= 0) {
            return null;
        }
        return new RecordName(rest.substring(0, 2) + rest.substring(3));
    }

    private String tagged(String bucket) {
        return prefix + ":{" + bucket + '}';
    }
}
