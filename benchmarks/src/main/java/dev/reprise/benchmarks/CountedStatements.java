package dev.reprise.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of a PostgreSQL and counts the statements that its clients have it execute, {@code BEGIN} and {@code COMMIT} among
 * them: the messages Execute and Query of its protocol, and no others.
 */
final class CountedStatements implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final AtomicLong count = new AtomicLong();

    CountedStatements(int target) throws IOException {
        this.target = target;
        listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    long count() {
        return count.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                Thread.ofVirtual().start(() -> copy(client, server, new Messages()));
                Thread.ofVirtual().start(() -> copy(server, client, null));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void copy(Socket from, Socket to, @Nullable Messages messages) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[64 * 1024];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (messages != null) {
                    count.addAndGet(messages.statements(buffer, read));
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // One of them has hung up.
        }
    }

    /** The messages of one client. Each has a type, but for those before the session, and its length. */
    private static final class Messages {
        private static final int ASKS_FOR_TLS = 80877103;
        private static final int ASKS_FOR_GSS = 80877104;

        private final ByteBuffer head = ByteBuffer.allocate(8);
        private boolean inSession;
        private long left;

        /** How many statements begin in these bytes. */
        int statements(byte[] bytes, int length) {
            int statements = 0;
            int at = 0;
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

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
