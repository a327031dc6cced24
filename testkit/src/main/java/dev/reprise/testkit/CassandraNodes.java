package dev.reprise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
    private static final List<String> OPENED = List.of(
            "java.base/java.io",
            "java.base/java.lang",
            "java.base/java.lang.module",
            "java.base/java.net",
            "java.base/java.nio",
            "java.base/java.util",
            "java.base/java.util.concurrent",
            "java.base/java.util.concurrent.atomic",
            "java.base/jdk.internal.loader",
            "java.base/jdk.internal.math",
            "java.base/jdk.internal.module",
            "java.base/jdk.internal.ref",
            "java.base/jdk.internal.reflect",
            "java.base/jdk.internal.util.jar",
            "java.base/sun.nio.ch",
            "java.rmi/sun.rmi.transport.tcp",
            "jdk.management/com.sun.management.internal");
    private static final List<String> EXPORTED = List.of(
            "java.base/jdk.internal.misc",
            "java.base/jdk.internal.ref",
            "java.management.rmi/com.sun.jmx.remote.internal.rmi",
            "java.rmi/sun.rmi.registry",
            "java.rmi/sun.rmi.server",
            "java.sql/java.sql",
            "jdk.unsupported/sun.misc");

    private static final String LOG = """
            <configuration>
              <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%-5level %d{HH:mm:ss.SSS} %logger{20} %msg%n</pattern></encoder>
              </appender>
              <root level="WARN"><appender-ref ref="out"/></root>
            </configuration>
            """;

    private final int port;
    private final String network;
    private final List<ServerProcess> nodes;
    private final List<TcpFaultProxy> proxies = new ArrayList<>();

    private CassandraNodes(int port, String network, List<ServerProcess> nodes) {
        this.port = port;
        this.network = network;
        this.nodes = List.copyOf(nodes);
    }

    /** Why no node can be started here; empty if one can. */
    public static Optional<String> unavailable() {
        if (java().isEmpty()) {
            return Optional.of("Java 17, which Cassandra needs, is not installed here");
        }
        return jars().isEmpty()
                ? Optional.of(
                        "Cassandra's jars are not here: ./mvnw process-test-classes -pl stores/cassandra -am names them")
                : Optional.empty();
    }

    /**
     * Starts nodes, one after the other, and waits until they answer.
     *
     * @param count 1 to 3
     * @param options of their Java virtual machines
     */
    public static CassandraNodes start(int count, String... options) {
        return start(count, "127.0.0.", options);
    }

    /** The same, where clients reach each node through a proxy, {@link #proxy}, at 127.0.1.1 to 127.0.1.3. */
    public static CassandraNodes startBehindProxies(int count, String... options) {
        CassandraNodes cluster = start(count, "127.0.1.", options);
        for (int number = 1; number <= count; number++) {
            cluster.proxies.add(new TcpFaultProxy(
                    cluster.addresses().get(number - 1), new InetSocketAddress(address(number), cluster.port)));
        }
        return cluster;
    }

    private static CassandraNodes start(int count, String network, String... options) {
        int port = ServerFiles.freePort();
        int storagePort = ServerFiles.freePort();
        CassandraNodes cluster = new CassandraNodes(
                port,
                network,
                IntStream.rangeClosed(1, count)
                        .mapToObj(number -> node(number, network, port, storagePort, List.of(options)))
                        .toList());
        try {
            cluster.nodes.forEach(ServerProcess::start);
        } catch (Throwable e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private static ServerProcess node(int number, String network, int port, int storagePort, List<String> options) {
        try {
            Path folder = Files.createTempDirectory("reprise-cassandra");
            Path settings = folder.resolve("cassandra.yaml");
            Path log = folder.resolve("logback.xml");
            Files.writeString(settings, settings(folder, address(number), network + number, port, storagePort));
            Files.writeString(log, LOG);
            List<String> command = new ArrayList<>(List.of(java().orElseThrow().toString(), "-Xms400m", "-Xmx400m"));
            command.addAll(List.of("-XX:+UseSerialGC", "-Dcassandra.config=" + settings.toUri()));
            command.addAll(List.of("-Dlogback.configurationFile=" + log, "-Dcassandra.storagedir=" + folder));
            command.addAll(List.of("-Dcassandra-foreground=true", "-Dcassandra.ring_delay_ms=2000"));
            command.add("-Dcassandra.skip_wait_for_gossip_to_settle=0");
            OPENED.forEach(name -> command.addAll(List.of("--add-opens", name + "=ALL-UNNAMED")));
            EXPORTED.forEach(name -> command.addAll(List.of("--add-exports", name + "=ALL-UNNAMED")));
            command.addAll(options);
            command.addAll(List.of("-cp", jars().orElseThrow(), "org.apache.cassandra.service.CassandraDaemon"));
            return new ServerProcess(command, folder, () -> answers(number, port), START);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean answers(int number, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address(number), port), 1_000);
            return true;
        }
    }

    private static String settings(Path folder, String address, String broadcast, int port, int storagePort) {
        return """
        cluster_name: reprise
        num_tokens: 4
        partitioner: org.apache.cassandra.dht.Murmur3Partitioner
        listen_address: %1$s
        rpc_address: %1$s
        broadcast_rpc_address: %5$s
        native_transport_port: %2$d
        storage_port: %3$d
        seed_provider: [ { class_name: org.apache.cassandra.locator.SimpleSeedProvider, parameters: [ { seeds: "127.0.0.1:%3$d" } ] } ]
        endpoint_snitch: SimpleSnitch
        commitlog_sync: batch
        data_file_directories: [ "%4$s/data" ]
        commitlog_directory: %4$s/commitlog
        saved_caches_directory: %4$s/saved
        hints_directory: %4$s/hints
        cdc_raw_directory: %4$s/cdc
        paxos_variant: v2
        memtable_heap_space: 64MiB
        memtable_offheap_space: 64MiB
        auto_snapshot: false
        """.formatted(address, port, storagePort, folder, broadcast);
    }

    private static String address(int number) {
        return "127.0.0." + number;
    }

    /** The program of a Java that Cassandra runs on. */
    private static Optional<Path> java() {
        Stream<Path> path = Stream.of(
                        Optional.ofNullable(System.getenv("PATH")).orElse("").split(":"))
                .map(folder -> Path.of(folder, "java"))
                .filter(Files::isExecutable)
                .flatMap(CassandraNodes::home);
        Stream<Path> named = Stream.ofNullable(System.getenv("JAVA17_HOME")).map(Path::of);
        return Stream.concat(Stream.concat(named, path), installed())
                .filter(CassandraNodes::isOldEnough)
                .map(home -> home.resolve("bin").resolve("java"))
                .findFirst();
    }

    private static Stream<Path> home(Path program) {
        try {
            Path programs = program.toRealPath().getParent();
            return programs == null ? Stream.empty() : Stream.ofNullable(programs.getParent());
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    private static Stream<Path> installed() {
        Path folder = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> homes = Files.list(folder)) {
            return homes.sorted().toList().stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    private static boolean isOldEnough(Path home) {
        try {
            return Files.isExecutable(home.resolve("bin").resolve("java"))
                    && Files.readString(home.resolve("release")).matches("(?s).*JAVA_VERSION=\"(17|11)\\..*");
        } catch (IOException e) {
            return false;
        }
    }

    /** The class path of the server, as the build of its store has written it down. */
    private static Optional<String> jars() {
        Stream<Path> places = Stream.of("", "stores/cassandra/", "../stores/cassandra/", "../cassandra/")
                .map(place -> Path.of(place + "target/cassandra-server"));
        return Stream.concat(
                        Stream.ofNullable(System.getProperty("reprise.cassandra.server"))
                                .map(Path::of),
                        places)
                .filter(Files::isRegularFile)
                .findFirst()
                .map(file -> {
                    try {
                        return Files.readString(file);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
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

    /** Where they listen for clients. Their data centre is {@code datacenter1}. */
    public List<InetSocketAddress> addresses() {
        return IntStream.rangeClosed(1, count())
                .mapToObj(number -> new InetSocketAddress(network + number, port))
                .toList();
    }

    /** Kills all, and deletes their data. */
    @Override
    public void close() {
        proxies.forEach(TcpFaultProxy::close);
        nodes.forEach(ServerProcess::close);
    }
}
