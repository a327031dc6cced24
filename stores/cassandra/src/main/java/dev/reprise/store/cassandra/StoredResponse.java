package dev.reprise.store.cassandra;

import dev.reprise.Body;
import dev.reprise.Response;
import dev.reprise.spi.support.ResponseCodec;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A response as the columns of a record keep it: all but the body, and the body beside it, or elsewhere in parts if it is large.
 *
 * @param head all but the body
 * @param body the whole body
 * @param parts in how many parts the body is kept elsewhere; zero if it is not
 */
record StoredResponse(ByteBuffer head, Body body, int parts) {
    /**
     * What is written by a conditional write is written several times over by each server, in its log of votes too, and may be no
     * larger than half a segment of the commit log.
     */
    static final int PART_BYTES = 256 * 1024;

    static StoredResponse of(Response response) {
        Body body = response.body();
        ByteBuffer head =
                ByteBuffer.wrap(ResponseCodec.encode(body.isOmitted() ? response : response.withBody(Body.EMPTY)));
        return new StoredResponse(
                head, body, body.length() <= PART_BYTES ? 0 : Math.ceilDiv(body.length(), PART_BYTES));
    }

    /** The body for the column beside the head; null if there is none, or it is elsewhere. */
    @Nullable
    ByteBuffer inlineBody() {
        return parts > 0 || body.length() == 0 ? null : ByteBuffer.wrap(body.bytes());
    }

    ByteBuffer part(int number) {
        int from = number * PART_BYTES;
        return ByteBuffer.wrap(body.bytes(), from, Math.min(PART_BYTES, body.length() - from));
    }
}
