package dev.reprise.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/** Stands in front of a server and counts how many times its one client had to wait for an answer. */
final class RoundTrips implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final AtomicLong count = new AtomicLong();

    RoundTrips(int target) throws IOException {
        this.target = target;
        listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
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
                boolean[] answered = {true};
                Thread.ofVirtual().start(() -> copy(client, server, answered, true));
                Thread.ofVirtual().start(() -> copy(server, client, answered, false));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    /** A request that follows an answer begins a round trip, however many pieces it comes in. */
    private void copy(Socket from, Socket to, boolean[] answered, boolean request) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[64 * 1024];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                synchronized (answered) {
                    if (request && answered[0]) {
                        count.incrementAndGet();
                    }
                    answered[0] = !request;
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // One of them has hung up.
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
