package dev.reprise.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/** Reads what is behind the content codings of a body (RFC 9110, section 8.4), where the platform knows them. */
final class ContentCodings {
    /** One is usual; each further one multiplies what a few bytes unfold to. */
    private static final int MOST = 2;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private ContentCodings() {}

    /** The body of a request without its codings and without a byte order mark; see {@link #decoded}. */
    static Optional<byte[]> text(RequestView request, byte[] body, int limit) {
        return decoded(request.header("Content-Encoding"), body, limit).map(ContentCodings::withoutMark);
    }

    private static byte[] withoutMark(byte[] utf8) {
        int length = BYTE_ORDER_MARK.length;
        return utf8.length >= length && Arrays.equals(utf8, 0, length, BYTE_ORDER_MARK, 0, length)
                ? Arrays.copyOfRange(utf8, length, utf8.length)
                : utf8;
    }

    /**
     * The body without its codings.
     *
     * @param contentEncoding the lines of the field that names them, in the order in which they were applied
     * @param limit the longest body that is unfolded, in bytes
     * @return nothing if a coding is unknown, the body is not in it, or it is longer
     */
    static Optional<byte[]> decoded(List<String> contentEncoding, byte[] body, int limit) {
        List<String> codings = codings(contentEncoding);
        if (codings.size() > MOST) {
            return Optional.empty();
        }
        Optional<byte[]> decoded = Optional.of(body);
        for (String coding : codings.reversed()) {
            decoded = decoded.flatMap(bytes -> decoded(coding, bytes, limit));
        }
        return decoded;
    }

    /** Whether a body is as it is, without any coding. */
    static boolean isNone(List<String> contentEncoding) {
        return codings(contentEncoding).isEmpty();
    }

    private static List<String> codings(List<String> contentEncoding) {
        return contentEncoding.stream()
                .flatMap(line -> List.of(line.split(",", -1)).stream())
                .map(coding -> coding.strip().toLowerCase(Locale.ROOT))
                .filter(coding -> !coding.isEmpty() && !coding.equals("identity"))
                .toList();
    }

    private static Optional<byte[]> decoded(String coding, byte[] body, int limit) {
        try (InputStream decoder = decoder(coding, new ByteArrayInputStream(body))) {
            byte[] decoded = decoder.readNBytes(limit);
            return decoder.read() < 0 ? Optional.of(decoded) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static InputStream decoder(String coding, InputStream body) throws IOException {
        return switch (coding) {
            case "gzip", "x-gzip" -> new GZIPInputStream(body);
            case "deflate" -> new InflaterInputStream(body);
            default -> throw new IOException("The platform does not know the content coding " + coding);
        };
    }
}
