package dev.reprise.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Stands in front of a server and counts something of what passes, for each connection by a counter of its own. */
final class CountingProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final Supplier<Counter> counters;
    private final AtomicLong count = new AtomicLong();

    /** Counts on one connection. */
    interface Counter {
        /**
         * How many there are in these bytes. Called for one piece after the other.
         *
         * @param fromClient whether the client sent them, and not the server
         */
        int in(byte[] bytes, int length, boolean fromClient);
    }

    CountingProxy(int target, Supplier<Counter> counters) throws IOException {
        this.target = target;
        this.counters = counters;
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
                Counter counter = counters.get();
                Thread.ofVirtual().start(() -> copy(client, server, counter, true));
                Thread.ofVirtual().start(() -> copy(server, client, counter, false));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void copy(Socket from, Socket to, Counter counter, boolean fromClient) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[64 * 1024];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                synchronized (counter) {
                    count.addAndGet(counter.in(buffer, read, fromClient));
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
