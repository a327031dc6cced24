package dev.reprise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A real Sentinel on loopback, alone, which promotes a replica a second after the primary has died. Thread-safe. */
public final class RedisSentinel implements AutoCloseable {
    private final int port;
    private final ServerProcess process;

    private RedisSentinel(RedisServer primary, String name) throws IOException {
        port = ServerFiles.freePort();
        Path folder = Files.createTempDirectory("reprise-sentinel");
        Path settings =
                Files.writeString(folder.resolve("sentinel.conf"), """
                        port %d
                        bind 127.0.0.1
                        dir %s
                        sentinel monitor %s 127.0.0.1 %d 1
                        sentinel down-after-milliseconds %3$s 1000
                        sentinel failover-timeout %3$s 5000
                        """.formatted(port, folder, name, primary.port()));
        process = new ServerProcess(
                List.of(RedisServer.program().toString(), settings.toString(), "--sentinel"),
                folder,
                () -> RedisWords.say(port, "SENTINEL", "MASTER", name).contains("num-slaves 1"));
    }

    /**
     * Starts a Sentinel for a primary that has one replica, and waits until it knows it.
     *
     * @param name what it calls them
     */
    public static RedisSentinel start(RedisServer primary, String name) {
        try {
            RedisSentinel sentinel = new RedisSentinel(primary, name);
            sentinel.process.start();
            return sentinel;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port of the loopback interface that it listens on. */
    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.close();
    }
}
