package dev.reprise.testkit;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** A real Redis Cluster on loopback: three primaries with a replica each. Needs what {@link RedisServer} needs. Thread-safe. */
public final class RedisCluster implements AutoCloseable {
    private static final int PRIMARIES = 3;
    private static final int SLOTS = 16_384;
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<RedisServer> servers;

    private RedisCluster(List<RedisServer> servers) {
        this.servers = List.copyOf(servers);
    }

    /**
     * Starts a cluster whose servers take another one for dead after a second and a half.
     *
     * @param settings as in {@code redis.conf}, such as {@code appendonly yes}
     */
    public static RedisCluster start(String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.addAll(List.of("cluster-enabled yes", "cluster-node-timeout 1500", "cluster-config-file nodes.conf"));
        List<RedisServer> servers = new ArrayList<>();
        for (int i = 0; i < 2 * PRIMARIES; i++) {
            servers.add(RedisServer.start(all.toArray(String[]::new)));
        }
        RedisCluster cluster = new RedisCluster(servers);
        try {
            cluster.join();
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private void join() {
        for (int i = 0; i < PRIMARIES; i++) {
            List<String> command = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
            IntStream.range(SLOTS * i / PRIMARIES, SLOTS * (i + 1) / PRIMARIES)
                    .mapToObj(Integer::toString)
                    .forEach(command::add);
            servers.get(i).command(command.toArray(String[]::new));
            servers.get(i).command("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        }
        for (RedisServer other : servers.subList(1, servers.size())) {
            servers.getFirst().command("CLUSTER", "MEET", "127.0.0.1", Integer.toString(other.port()));
        }
        await(() -> servers.stream().allMatch(server -> says(server, "cluster_known_nodes:" + servers.size())));
        for (int i = PRIMARIES; i < servers.size(); i++) {
            RedisServer replica = servers.get(i);
            String primary = servers.get(i - PRIMARIES).command("CLUSTER", "MYID");
            await(() -> isFollowing(replica, primary));
        }
        await(() -> servers.stream().allMatch(server -> says(server, "cluster_state:ok")));
        servers.subList(PRIMARIES, servers.size()).forEach(replica -> replica.await("master_link_status:up"));
    }

    private static boolean isFollowing(RedisServer replica, String primary) {
        try {
            return replica.command("CLUSTER", "REPLICATE", primary).equals("OK");
        } catch (UncheckedIOException e) {
            // It does not know the primary yet.
            return false;
        }
    }

    private static boolean says(RedisServer server, String line) {
        return server.command("CLUSTER", "INFO").lines().anyMatch(line::equals);
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("The cluster does not come together");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** A server that was a primary at the start, from 0 to 2. */
    public RedisServer primary(int number) {
        return servers.get(number);
    }

    /** The server that was its replica at the start. */
    public RedisServer replica(int number) {
        return servers.get(PRIMARIES + number);
    }

    /** Where all of its servers listen, in no special order. */
    public List<Integer> ports() {
        List<Integer> ports =
                new ArrayList<>(servers.stream().map(RedisServer::port).toList());
        Collections.sort(ports);
        return ports;
    }

    @Override
    public void close() {
        servers.forEach(RedisServer::close);
    }
}
