package dev.reprise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A real Redis 6.2 on loopback, with its own folder, which is deleted when it is closed. Thread-safe.
 *
 * <p>Needs {@code com.github.codemonstur:embedded-redis} on the class path, for the program that is in it; the test kit does not bring
 * it. The system property {@code reprise.redis.server} names another program, such as that of a newer Redis or of Valkey. {@link
 * #unavailable} tells whether it can run here.
 */
public final class RedisServer implements AutoCloseable {
    private static final String PROGRAM = System.getProperty("os.arch").equals("aarch64")
            ? "/redis-server-6.2.7-linux-arm64"
            : "/redis-server-6.2.6-v5-linux-amd64";
    private static final String OWN = "reprise.redis.server";
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int port;
    private final List<String> settings;
    private final ServerProcess process;

    private RedisServer(List<String> settings) {
        try {
            this.port = freePort();
            this.settings = settings;
            Path folder = Files.createTempDirectory("reprise-redis");
            this.process =
                    new ServerProcess(command(folder), folder, () -> say("PING").equals("PONG"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process.start();
    }

    private List<String> command(Path folder) {
        List<String> command = new ArrayList<>(List.of(
                program().toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                folder.toString(),
                "--save",
                ""));
        settings.forEach(setting -> command.addAll(List.of(("--" + setting).split(" ", -1))));
        return command;
    }

    static Path program() {
        String own = System.getProperty(OWN);
        if (own != null) {
            return Path.of(own);
        }
        return ServerFiles.unpackedProgram("redis-server-6.2", PROGRAM);
    }

    /** A port whose neighbour is free as well by which the servers of a cluster speak to each other. */
    private static int freePort() {
        while (true) {
            int port = ServerFiles.freePort();
            if (port + 10_000 <= 65_535 && ServerFiles.isFree(port + 10_000)) {
                return port;
            }
        }
    }

    /** Why no server can be started here; empty if one can. */
    public static Optional<String> unavailable() {
        if (System.getProperty(OWN) != null) {
            return Optional.empty();
        }
        return RedisServer.class.getResource(PROGRAM) == null
                        || !System.getProperty("os.name").equals("Linux")
                ? Optional.of("Redis's program for this platform is not on the class path: " + PROGRAM)
                : Optional.empty();
    }

    /**
     * Starts a server, which writes no snapshots.
     *
     * @param settings as in {@code redis.conf}, such as {@code appendonly yes}
     */
    public static RedisServer start(String... settings) {
        return new RedisServer(List.of(settings));
    }

    /** Starts a replica of this server with its settings, and waits until it follows. */
    public RedisServer replica() {
        List<String> following = new ArrayList<>(settings);
        following.add("replicaof 127.0.0.1 " + port);
        RedisServer replica = new RedisServer(following);
        replica.await("role:slave", "master_link_status:up");
        return replica;
    }

    /** Makes a replica a primary. */
    public void promote() {
        command("REPLICAOF", "NO", "ONE");
        await("role:master");
    }

    /** Waits until the server says all that about its replication. */
    public void await(String... lines) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!command("INFO", "replication").lines().toList().containsAll(List.of(lines))) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("Redis says: " + command("INFO", "replication"));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** The port of the loopback interface that it listens on. */
    public int port() {
        return port;
    }

    /**
     * Says a command, and returns the answer as text; parts of a list are joined by blanks.
     *
     * @throws UncheckedIOException also if it is refused
     */
    public String command(String... words) {
        try {
            return say(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String say(String... words) throws IOException {
        return RedisWords.say(port, words);
    }

    /** Kills it as {@code kill -9} does. */
    public void kill() {
        process.kill();
    }

    /** Starts it again after {@link #kill}, on the same port and data, and waits until it has loaded them. */
    public void restart() {
        process.start();
    }

    /** Stops it as {@code kill -STOP} does: its connections stay open, and nothing answers. */
    public void freeze() {
        process.freeze();
    }

    /** Lets it go on. */
    public void thaw() {
        process.thaw();
    }

    @Override
    public void close() {
        process.close();
    }
}
