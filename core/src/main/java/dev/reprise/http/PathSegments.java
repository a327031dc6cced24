package dev.reprise.http;

import dev.reprise.http.PathReading.Ambiguity;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The segments of an ambiguous path, as a service reads them that is known as well as a {@link PathReading} says.
 *
 * @param all the segments, the ambiguous ones as they are written
 * @param certain how many of them, from the first one on, are the same whatever the service makes of the others
 */
record PathSegments(List<String> all, int certain) {
    static PathSegments of(RequestPath path, PathReading reading) {
        String text = path.normal();
        if (reading.resolves(Ambiguity.ENCODED_SLASH)) {
            text = text.replace("%2F", "/");
        }
        if (reading.resolves(Ambiguity.BACKSLASH)) {
            text = text.replace("%5C", "/");
        }
        List<String> segments = new ArrayList<>(Arrays.asList(text.substring(1).split("/", -1)));
        if (reading.resolves(Ambiguity.PARAMETERS)) {
            segments.replaceAll(segment -> segment.split(";", 2)[0]);
        }
        if (reading.resolves(Ambiguity.EMPTY_SEGMENTS)) {
            segments.subList(0, segments.size() - 1).removeIf(String::isEmpty);
        }
        if (reading.resolves(Ambiguity.DOT_SEGMENTS)) {
            segments = withoutDots(segments);
        }
        return new PathSegments(segments, certain(segments, reading));
    }

    /** What is left when the steps have been taken; one at the end leaves a slash there. */
    private static List<String> withoutDots(List<String> segments) {
        List<String> left = new ArrayList<>();
        for (String segment : segments) {
            if (segment.equals("..") && !left.isEmpty()) {
                left.removeLast();
            } else if (!isDots(segment)) {
                left.add(segment);
            }
        }
        if (isDots(segments.getLast())) {
            left.add("");
        }
        return left;
    }

    private static int certain(List<String> segments, PathReading reading) {
        int certain = segments.size();
        for (int i = segments.size() - 1; i >= 0; i--) {
            String segment = segments.get(i);
            if (isAmbiguous(segment, i == segments.size() - 1, reading)) {
                if (mayStepBack(segment)) {
                    return 0;
                }
                certain = i;
            }
        }
        return certain;
    }

    private static boolean isAmbiguous(String segment, boolean last, PathReading reading) {
        return (reading.refuses(Ambiguity.DOT_SEGMENTS) && isDots(segment))
                || (reading.refuses(Ambiguity.EMPTY_SEGMENTS) && segment.isEmpty() && !last)
                || (reading.refuses(Ambiguity.ENCODED_SLASH) && segment.contains("%2F"))
                || (reading.refuses(Ambiguity.BACKSLASH) && segment.contains("%5C"))
                || (reading.refuses(Ambiguity.PARAMETERS) && (segment.contains(";") || segment.contains("%3B")))
                || (reading.refuses(Ambiguity.ODD_ESCAPES) && isOdd(segment));
    }

    /** Whether a service could find two dots in it, also as escaped escapes, in overlong UTF-8 or in UTF-16 (%u002e). */
    private static boolean mayStepBack(String segment) {
        return segment.contains("..") || (isOdd(segment) && (segment.contains("%25") || segment.contains("%AE")));
    }

    private static boolean isDots(String segment) {
        return segment.equals(".") || segment.equals("..");
    }

    private static boolean isOdd(String segment) {
        ByteBuffer decoded = ByteBuffer.allocate(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            int octet = c == '%' ? RequestPath.octet(segment, i + 1) : c;
            boolean escapesEscape =
                    octet == '%' && (RequestPath.octet(segment, i + 3) >= 0 || segment.startsWith("u", i + 3));
            if (octet < 0x20 || octet == 0x7f || escapesEscape) {
                return true;
            }
            decoded.put((byte) octet);
            i += c == '%' ? 2 : 0;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(decoded.flip());
            return false;
        } catch (CharacterCodingException e) {
            return true;
        }
    }
}
