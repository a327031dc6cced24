package dev.reprise.http;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Which parts of a request count when it is compared with the first request of its key (S11).
 *
 * @param content what of the body counts
 * @param fields the members of a JSON body, by JSON Pointer (RFC 6901), or of a form, by a slash and their name; for
 *     {@link Content#FIELDS}, {@link Content#ALL_BUT_FIELDS} and nothing else
 * @param headers further header fields that count
 * @param head what of the head counts besides. Default: all of it
 */
public record Fingerprinting(Content content, List<String> fields, List<String> headers, Set<Head> head) {
    /** What of a body counts. */
    public enum Content {
        /** Each of its bytes. The default. */
        RAW,
        /** The meaning of JSON, by its canonical form (RFC 8785); each byte of a body that is not strict JSON. */
        CANONICAL_JSON,
        /** Only some fields of JSON or of a form; each byte of a body in which none of them is found. */
        FIELDS,
        /** The meaning of JSON but for some fields; each byte of a body that is not strict JSON. */
        ALL_BUT_FIELDS;

        private boolean namesFields() {
            return this == FIELDS || this == ALL_BUT_FIELDS;
        }
    }

    /** What of the head of a request can count. */
    public enum Head {
        /** The method. */
        METHOD,
        /** The path in its normal form. */
        PATH,
        /** The query. */
        QUERY,
        /** The media type without what does not change the meaning of the bytes. */
        MEDIA_TYPE
    }

    private static final Set<Head> WHOLE_HEAD = EnumSet.allOf(Head.class);

    /** Each byte of the body, and no further header fields. */
    public static final Fingerprinting RAW = new Fingerprinting(Content.RAW, List.of(), List.of(), WHOLE_HEAD);

    /** The meaning of JSON, and no further header fields. */
    public static final Fingerprinting CANONICAL_JSON =
            new Fingerprinting(Content.CANONICAL_JSON, List.of(), List.of(), WHOLE_HEAD);

    /** @throws IllegalArgumentException if fields are named without a need or missing, or one starts without a slash */
    public Fingerprinting {
        if (fields.isEmpty() == content.namesFields()) {
            throw new IllegalArgumentException(
                    content.namesFields()
                            ? "A fingerprint of fields needs at least one field"
                            : "The fields " + fields + " count only where the fingerprint is one of fields");
        }
        for (String field : fields) {
            if (!field.startsWith("/")) {
                throw new IllegalArgumentException(
                        "A field is named by a JSON Pointer, as in /amount, and not by " + field);
            }
        }
        fields = fields.stream().sorted().distinct().toList();
        headers = headers.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .sorted()
                .distinct()
                .toList();
        EnumSet<Head> counting = EnumSet.noneOf(Head.class);
        counting.addAll(head);
        head = Collections.unmodifiableSet(counting);
    }

    /** Some fields of the body. */
    public static Fingerprinting ofFields(String... pointers) {
        return new Fingerprinting(Content.FIELDS, List.of(pointers), List.of(), WHOLE_HEAD);
    }

    /** All of a JSON body but some fields. */
    public static Fingerprinting ofAllButFields(String... pointers) {
        return new Fingerprinting(Content.ALL_BUT_FIELDS, List.of(pointers), List.of(), WHOLE_HEAD);
    }

    /** This, with further header fields that count. */
    public Fingerprinting withHeaders(List<String> further) {
        return new Fingerprinting(
                content,
                fields,
                Stream.concat(headers.stream(), further.stream()).toList(),
                head);
    }

    /** This, with less or more of the head that counts. */
    public Fingerprinting withHead(Set<Head> counting) {
        return new Fingerprinting(content, fields, headers, counting);
    }

    /**
     * The number under which records keep fingerprints like this: 1 to 6 for the plain ones, and for one that selects
     * anything a number that follows from what it selects.
     */
    int version(RequestForm form) {
        boolean wholeHead = head.equals(WHOLE_HEAD);
        if (headers.isEmpty() && !content.namesFields() && wholeHead) {
            return switch (form) {
                case FIRST -> content == Content.RAW ? 1 : 2;
                case SECOND -> content == Content.RAW ? 3 : 4;
                case THIRD -> content == Content.RAW ? 5 : 6;
            };
        }
        String selected = content + "\n" + fields + "\n" + headers + (wholeHead ? "" : "\n" + head);
        CRC32 selection = new CRC32();
        selection.update(
                (form == RequestForm.FIRST ? selected : form + "\n" + selected).getBytes(StandardCharsets.UTF_8));
        return (int) (selection.getValue() >>> 2) | 1 << 30;
    }
}
