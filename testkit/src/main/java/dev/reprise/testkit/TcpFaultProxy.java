package dev.reprise.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on loopback that breaks connections on command, at a chosen byte. Thread-safe.
 *
 * <p>Each connection follows one {@link Plan}: the next queued one, or else the default.
 */
public final class TcpFaultProxy implements AutoCloseable {
    private static final int UNLIMITED = Integer.MAX_VALUE;

    /** What happens when the bytes that a plan lets through are used up. */
    public enum Ending {
        /** Both sides are reset. */
        RESET,
        /** Nothing more is forwarded, and nothing is closed. */
        STALL
    }

    /** When a connection is lost on which a certain text is sent. */
    public enum Moment {
        /** The server never sees the text. */
        BEFORE_REQUEST,
        /** The server sees the text, and the client nothing of what the server answers to it. */
        BEFORE_RESPONSE
    }

    /** Sees all that passes, and decides whether it does. Called on the thread of the connection, which waits for it. */
    @FunctionalInterface
    public interface Watcher {
        /**
         * Whether these bytes are passed on; if not, both sides of their connection are reset.
         *
         * @param toServer whether the client sent them
         * @param bytes what came in one piece: usually a message, or some
         */
        boolean passes(boolean toServer, byte[] bytes);
    }

    /** What {@link #cutAt} waits for. */
    private record Trap(String text, Moment moment) {
        private boolean isIn(byte[] buffer, int length) {
            return new String(buffer, 0, length, StandardCharsets.ISO_8859_1).contains(text);
        }
    }

    /**
     * How one connection goes.
     *
     * @param requestBytes how many bytes of the client get through to the server
     * @param responseBytes how many bytes of the server get through to the client
     * @param ending what happens at the first byte too many
     * @param pause the pause before each chunk of the server's bytes
     */
    public record Plan(int requestBytes, int responseBytes, Ending ending, Duration pause) {
        /** Forwards everything. */
        public static final Plan PASS = new Plan(UNLIMITED, UNLIMITED, Ending.RESET, Duration.ZERO);

        /** Cuts the connection before the server sees a byte. */
        public static final Plan CUT_BEFORE_REQUEST = cutRequestAfter(0);

        /** Lets the whole request through, and cuts the connection when the response begins. */
        public static final Plan CUT_BEFORE_RESPONSE = cutResponseAfter(0);

        /** Cuts the connection after that many bytes of the request. */
        public static Plan cutRequestAfter(int bytes) {
            return new Plan(bytes, UNLIMITED, Ending.RESET, Duration.ZERO);
        }

        /** Cuts the connection after that many bytes of the response. */
        public static Plan cutResponseAfter(int bytes) {
            return new Plan(UNLIMITED, bytes, Ending.RESET, Duration.ZERO);
        }

        /** Goes silent after that many bytes of the response. */
        public static Plan stallResponseAfter(int bytes) {
            return new Plan(UNLIMITED, bytes, Ending.STALL, Duration.ZERO);
        }

        /**
         * Breaks one connection in five in the middle of its first small exchange, and the others after a few.
         *
         * @param random thread-safe
         */
        public static Plan lossy(RandomGenerator random) {
            if (random.nextInt(5) > 0) {
                return cutResponseAfter(300 + random.nextInt(3000));
            }
            return random.nextBoolean() ? cutRequestAfter(random.nextInt(350)) : cutResponseAfter(random.nextInt(300));
        }

        /** Forwards everything, pausing before each chunk of the response. */
        public static Plan slow(Duration pause) {
            return new Plan(UNLIMITED, UNLIMITED, Ending.RESET, pause);
        }
    }

    private final ServerSocket server;
    private final InetSocketAddress target;
    private final Queue<Plan> queued = new ConcurrentLinkedQueue<>();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicReference<@Nullable Trap> trap = new AtomicReference<>();
    private volatile Watcher watcher = (toServer, bytes) -> true;
    private volatile Supplier<Plan> standing = () -> Plan.PASS;

    /** Starts a proxy in front of the given port of the loopback interface. */
    public TcpFaultProxy(int targetPort) {
        this(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort));
    }

    /** Starts a proxy at one address in front of another one. */
    public TcpFaultProxy(InetSocketAddress listened, InetSocketAddress target) {
        this.target = target;
        try {
            server = new ServerSocket(listened.getPort(), 1024, listened.getAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("fault-proxy").start(this::accept);
    }

    /** The port that clients connect to. */
    public int port() {
        return server.getLocalPort();
    }

    /** How many connections there have been. */
    public int connections() {
        return accepted.get();
    }

    /** The plan of the next connection; several calls queue up. */
    public void next(Plan plan) {
        queued.add(plan);
    }

    /** The plan of connections for which none is queued. */
    public void always(Supplier<Plan> plan) {
        standing = plan;
    }

    /**
     * Cuts the connection on which a client next sends the given text, whichever it is.
     *
     * @param text found if the client sends it in one piece
     */
    public void cutAt(String text, Moment moment) {
        trap.set(new Trap(text, moment));
    }

    /** Whether the cut that {@link #cutAt} asked for is still to come. */
    public boolean isArmed() {
        return trap.get() != null;
    }

    /** Shows all that passes from now on to somebody who may stop it. */
    public void watch(Watcher chosen) {
        watcher = chosen;
    }

    /** Cuts all connections that there are, at whatever byte they are. */
    public void cutAll() {
        connections.forEach(Connection::reset);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                accepted.incrementAndGet();
                Plan plan = queued.poll();
                Connection connection = new Connection(client, plan == null ? standing.get() : plan);
                connections.add(connection);
                Thread.ofVirtual().start(connection::run);
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cutAll();
    }

    /** One client, and the connection to the server that was made for it. */
    private final class Connection {
        private final Socket client;
        private final Socket upstream = new Socket();
        private final Plan plan;
        private volatile boolean deaf;

        private Connection(Socket client, Plan plan) {
            this.client = client;
            this.plan = plan;
        }

        private void run() {
            try {
                upstream.connect(target);
                Thread requests = Thread.ofVirtual()
                        .start(() -> copy(client, upstream, plan.requestBytes(), Duration.ZERO, true));
                copy(upstream, client, plan.responseBytes(), plan.pause(), false);
                requests.join();
            } catch (IOException e) {
                reset();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                reset();
            } finally {
                connections.remove(this);
            }
        }

        private void copy(Socket from, Socket to, int allowed, Duration pause, boolean requests) {
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] buffer = new byte[16 * 1024];
                int left = allowed;
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    if (!pause.isZero() && closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                        return;
                    }
                    if (!watcher.passes(requests, Arrays.copyOf(buffer, read))) {
                        reset();
                        return;
                    }
                    if (requests ? springs(buffer, read) : deaf) {
                        reset();
                        return;
                    }
                    out.write(buffer, 0, Math.min(read, left));
                    out.flush();
                    if (read > left) {
                        end();
                        return;
                    }
                    left -= read;
                }
                to.shutdownOutput();
            } catch (IOException e) {
                reset();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                reset();
            }
        }

        /** Whether what the client sends is never to reach the server. */
        private boolean springs(byte[] buffer, int length) {
            Trap set = trap.get();
            if (set == null || !set.isIn(buffer, length) || !trap.compareAndSet(set, null)) {
                return false;
            }
            deaf = true;
            return set.moment() == Moment.BEFORE_REQUEST;
        }

        private void end() throws InterruptedException {
            if (plan.ending() == Ending.STALL) {
                closed.await();
            }
            reset();
        }

        private void reset() {
            for (Socket socket : new Socket[] {client, upstream}) {
                try {
                    socket.setSoLinger(true, 0);
                    socket.close();
                } catch (IOException e) {
                    // It is closed already.
                }
            }
        }
    }
}
