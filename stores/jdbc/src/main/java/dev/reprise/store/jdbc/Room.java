package dev.reprise.store.jdbc;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import org.jspecify.annotations.Nullable;

/**
 * How much of a response a database takes. What is known not to fit is left out before it is sent, because the refusal
 * may break the transaction or the connection: the body first, and the fields if they are too long by themselves (S21).
 *
 * @param packet how many bytes one message to the server may have
 */
record Room(long packet) {
    /** For databases whose messages are longer than any record. */
    static final Room WIDE = new Room(Long.MAX_VALUE);

    /** Longer bodies cost more memory in drivers and servers, which double them, than anybody has for one record. */
    private static final int LONGEST_BODY = 64 << 20;
    /** In characters, of which one takes up to three bytes, or four for two of them; MariaDB keeps 16 MiB. */
    private static final int LONGEST_FIELDS = 4 << 20;
    /** The statement, the key and the scope, all of it escaped. */
    private static final int OVERHEAD = 32 << 10;

    private static final int SMALL = 64 << 10;

    /** As much of the response as is kept. */
    Response fit(Response response) {
        long fields = length(response.headers()) + length(response.trailers());
        long body = response.body().length();
        if (fields + body < SMALL && packet > 4 * SMALL + OVERHEAD) {
            return response;
        }
        // Escaping may double the characters that take three bytes.
        boolean fieldsFit = fields <= LONGEST_FIELDS && 6 * fields + OVERHEAD <= packet;
        Response kept = fieldsFit ? response : withoutFields(response);
        long left = packet - OVERHEAD - (fieldsFit ? 6 * fields : 0);
        boolean fits = body <= LONGEST_BODY && (2 * body <= left || body + escapes(kept.body()) <= left);
        return fits ? kept : kept.withBody(Body.OMITTED);
    }

    /** What a database that has refused this response may still take; null if there is nothing to leave out. */
    static @Nullable Response reduced(Response response) {
        if (response.body().length() > 0) {
            return response.withBody(Body.OMITTED);
        }
        return response.headers().size() + response.trailers().size() > 0 ? withoutFields(response) : null;
    }

    private static Response withoutFields(Response response) {
        return response.withHeaders(Headers.EMPTY).withTrailers(Headers.EMPTY);
    }

    private static long length(Headers fields) {
        long[] length = new long[1];
        fields.forEach((name, value) -> length[0] += name.length() + value.length() + 2);
        return length[0];
    }

    /** How many bytes are sent with a backslash, where the driver puts values into the text of the statement. */
    private static long escapes(Body body) {
        long escapes = 0;
        for (byte one : body.bytes()) {
            if (one == 0 || one == '\'' || one == '"' || one == '\\') {
                escapes++;
            }
        }
        return escapes;
    }
}
