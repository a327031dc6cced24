package dev.reprise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A real Cassandra of one to three nodes on 127.0.0.1 to 127.0.0.3, with their own data, which is deleted when they are closed.
 * Acknowledged writes are on disk. Thread-safe.
 *
 * <p>Cassandra runs on Java 17 or 11, which is looked for in {@code JAVA17_HOME}, where {@code java} on the path comes from, and in {@code
 * /usr/lib/jvm}. Its jars are not on the class path of tests: the file {@code target/cassandra-server} of {@code stores/cassandra} names
 * them, which that module's build makes; the system property {@code reprise.cassandra.server} names another such file.
 */
public final class CassandraNodes implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final String LOOPBACK = "127.0.0.";
    private static final String BEFORE_PROXIES = "127.0.1.";

    private final List<InetSocketAddress> addresses;
    private final List<ServerProcess> nodes;
    private final List<TcpFaultProxy> proxies = new ArrayList<>();

    private CassandraNodes(List<InetSocketAddress> addresses, List<ServerProcess> nodes) {
        this.addresses = List.copyOf(addresses);
        this.nodes = List.copyOf(nodes);
    }

    /** Why no node can be started here; empty if one can. */
    public static Optional<String> unavailable() {
        return CassandraProgram.unavailable();
    }

    /**
     * Starts nodes, one after the other, and waits until they answer.
     *
     * @param count 1 to 3
     * @param options of their Java virtual machines
     */
    public static CassandraNodes start(int count, String... options) {
        return of(count).options(options).start();
    }

    /** Nodes that are not started yet, 1 to 3. */
    public static Setup of(int count) {
        return new Setup(count);
    }

    /** How many there are. */
    public int count() {
        return nodes.size();
    }

    /** A node, counted from 1, to be killed, started again, frozen or thawed. */
    public ServerProcess node(int number) {
        return nodes.get(number - 1);
    }

    /**
     * The proxy in front of a node, counted from 1.
     *
     * @throws IndexOutOfBoundsException if they were started without
     */
    public TcpFaultProxy proxy(int number) {
        return proxies.get(number - 1);
    }

    /** Where they listen for clients. Their data centre is {@code datacenter1}, unless they were set up otherwise. */
    public List<InetSocketAddress> addresses() {
        return addresses;
    }

    /** Kills all, and deletes their data. */
    @Override
    public void close() {
        proxies.forEach(TcpFaultProxy::close);
        nodes.forEach(ServerProcess::close);
    }

    /** What nodes are to be like. Not thread-safe. */
    public static final class Setup {
        private final int count;
        private final List<String> options = new ArrayList<>();
        private final List<String> settings = new ArrayList<>();
        private final Map<Integer, Duration> clocks = new HashMap<>();
        private final Map<Integer, String> dataCentres = new HashMap<>();
        private @Nullable NodeNetwork network;
        private boolean proxied;

        private Setup(int count) {
            this.count = count;
        }

        /** Options of their Java virtual machines. */
        public Setup options(String... chosen) {
            options.addAll(List.of(chosen));
            return this;
        }

        /** A line of their {@code cassandra.yaml}. */
        public Setup setting(String line) {
            settings.add(line);
            return this;
        }

        /** Clients reach each node through a proxy, {@link #proxy}, at 127.0.1.1 to 127.0.1.3. */
        public Setup behindProxies() {
            proxied = true;
            return this;
        }

        /**
         * Sets the clock of a node.
         *
         * @param ahead by how much it is ahead; negative if it is behind
         * @see ShiftedClock#unavailable
         */
        public Setup clock(int node, Duration ahead) {
            clocks.put(node, ahead);
            return this;
        }

        /** The data centre that a node is in; if one is named, all are. */
        public Setup dataCentre(int node, String name) {
            dataCentres.put(node, name);
            return this;
        }

        /** Each node has an address of its own in a network, and can be cut off from the others there. */
        public Setup in(NodeNetwork chosen) {
            network = chosen;
            return this;
        }

        /**
         * Starts them, one after the other, and waits until they answer and know each other.
         *
         * @throws AssertionError if one does not answer in time; the message has what it printed
         */
        public CassandraNodes start() {
            int port = ServerFiles.freePort();
            int storagePort = ServerFiles.freePort();
            List<InetSocketAddress> addresses = new ArrayList<>();
            List<ServerProcess> nodes = new ArrayList<>();
            for (int number = 1; number <= count; number++) {
                addresses.add(new InetSocketAddress(announced(number), port));
                nodes.add(node(number, port, storagePort));
            }
            CassandraNodes cluster = new CassandraNodes(addresses, nodes);
            try {
                nodes.forEach(ServerProcess::start);
                awaitAcquaintance(nodes);
                if (proxied) {
                    for (int number = 1; number <= count; number++) {
                        cluster.proxies.add(new TcpFaultProxy(
                                addresses.get(number - 1), new InetSocketAddress(served(number), port)));
                    }
                }
                return cluster;
            } catch (Throwable e) {
                cluster.close();
                throw e;
            }
        }

        private ServerProcess node(int number, int port, int storagePort) {
            try {
                Path folder = Files.createTempDirectory("reprise-cassandra");
                new CassandraSettings(
                                listened(number),
                                served(number),
                                announced(number),
                                port,
                                storagePort,
                                IntStream.rangeClosed(1, count)
                                        .mapToObj(this::listened)
                                        .toList(),
                                dataCentres.getOrDefault(number, CassandraSettings.DATA_CENTRE),
                                settings)
                        .write(folder);
                List<String> command = CassandraProgram.command(folder, options);
                Duration ahead = clocks.get(number);
                if (ahead != null) {
                    command = ShiftedClock.command(ahead, command);
                }
                if (network != null) {
                    command = network.command(number, command);
                }
                InetSocketAddress address = new InetSocketAddress(served(number), port);
                return ServerProcess.ofJava(command, folder, () -> answers(address), START);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Nodes say so when they have heard of another one. */
        private void awaitAcquaintance(List<ServerProcess> nodes) {
            long end = System.nanoTime() + START.toNanos();
            for (ServerProcess node : nodes) {
                for (int other = 1; other <= count; other++) {
                    String up = "/" + listened(other) + ":";
                    while (node != nodes.get(other - 1)
                            && node.output().stream().noneMatch(line -> line.contains(up) && line.contains("now UP"))) {
                        if (System.nanoTime() - end > 0) {
                            throw new AssertionError("A node has not heard of " + up + "; it printed:\n"
                                    + String.join("\n", node.output()));
                        }
                        LockSupport.parkNanos(PAUSE.toNanos());
                    }
                }
            }
        }

        private static boolean answers(InetSocketAddress address) throws IOException {
            try (Socket socket = new Socket()) {
                socket.connect(address, 1_000);
                return true;
            }
        }

        private String listened(int number) {
            return network == null ? LOOPBACK + number : network.address(number);
        }

        private String served(int number) {
            return network == null ? LOOPBACK + number : network.clientAddress(number);
        }

        private String announced(int number) {
            return proxied ? BEFORE_PROXIES + number : served(number);
        }
    }
}
