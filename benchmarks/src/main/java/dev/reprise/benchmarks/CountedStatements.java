package dev.reprise.benchmarks;

import java.nio.ByteBuffer;

/**
 * The statements that a client has PostgreSQL execute, {@code BEGIN} and {@code COMMIT} among them: the messages Execute and Query of
 * its protocol. Each message has a type, but for those before the session, and its length.
 */
final class CountedStatements implements CountingProxy.Counter {
    private static final int ASKS_FOR_TLS = 80877103;
    private static final int ASKS_FOR_GSS = 80877104;

    private final ByteBuffer head = ByteBuffer.allocate(8);
    private boolean inSession;
    private long left;

    @Override
    public int in(byte[] bytes, int length, boolean fromClient) {
        int statements = 0;
        int at = fromClient ? 0 : length;
        while (at < length) {
            if (left > 0) {
                int skipped = (int) Math.min(left, length - at);
                left -= skipped;
                at += skipped;
                continue;
            }
            head.put(bytes[at++]);
            if (head.position() == (inSession ? 5 : 8)) {
                statements += begun();
                head.clear();
            }
        }
        return statements;
    }

    private int begun() {
        if (inSession) {
            left = head.getInt(1) - 4L;
            return head.get(0) == 'E' || head.get(0) == 'Q' ? 1 : 0;
        }
        int code = head.getInt(4);
        left = head.getInt(0) - 8L;
        inSession = code != ASKS_FOR_TLS && code != ASKS_FOR_GSS;
        return 0;
    }
}
