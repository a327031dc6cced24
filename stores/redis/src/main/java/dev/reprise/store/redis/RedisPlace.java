package dev.reprise.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.reprise.spi.OperationQuery;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Where a listing goes on. To callers it is opaque. */
sealed interface RedisPlace {
    /**
     * Among the unknown operations.
     *
     * @param bucket the number of the bucket
     * @param token behind this one
     */
    record Indexed(int bucket, long token) implements RedisPlace {
        /** @throws IllegalArgumentException if there is no such bucket */
        public Indexed {
            if (bucket < 0 || bucket > RecordName.BUCKETS || token < 0) {
                throw new IllegalArgumentException("Bucket " + bucket + ", token " + token);
            }
        }

        @Override
        public String text() {
            return "indexed " + bucket + " " + token;
        }
    }

    /**
     * Among the others of a server.
     *
     * @param primary the server; empty for the first one, whichever it is
     * @param run its latest start, since its cursors end with it
     * @param cursor what it calls the place; {@link #DONE} if nothing follows there but the names
     * @param left names that it gave and that were not shown yet
     */
    record Scanned(String primary, String run, String cursor, List<String> left) implements RedisPlace {
        /** What stands for the end of a server's records. */
        static final String DONE = "done";

        /** The first server's beginning. */
        static final Scanned START = new Scanned("", "", "0", List.of());

        /** Copies the names. */
        public Scanned {
            left = List.copyOf(left);
        }

        @Override
        public String text() {
            return "scanned " + primary + " " + run + " " + cursor + " " + String.join(",", left);
        }
    }

    /** The place as text. */
    String text();

    /** What {@link OperationQuery.Page#next} says. */
    default String encoded() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text().getBytes(US_ASCII));
    }

    /** Where the query goes on. */
    static RedisPlace of(OperationQuery query) {
        String from = query.from();
        if (from == null) {
            return new Indexed(0, 0);
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(from), US_ASCII).split(" ", -1);
            if (parts[0].equals("indexed") && parts.length == 3) {
                return new Indexed(Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
            }
            if (parts[0].equals("scanned") && parts.length == 5) {
                return new Scanned(parts[1], parts[2], cursor(parts[3]), names(parts[4]));
            }
        } catch (IllegalArgumentException e) {
            throw query.noPlace(e);
        }
        throw query.noPlace(null);
    }

    private static String cursor(String text) {
        return text.equals(Scanned.DONE) ? text : Long.toUnsignedString(Long.parseUnsignedLong(text));
    }

    private static List<String> names(String text) {
        List<String> names = text.isEmpty() ? List.of() : Arrays.asList(text.split(",", -1));
        if (names.stream().anyMatch(name -> !name.matches("[A-Za-z0-9_-]{" + RecordName.LENGTH + "}"))) {
            throw new IllegalArgumentException("These are no names: " + text);
        }
        return names;
    }
}
