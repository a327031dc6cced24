package dev.reprise.store.redis;

import dev.reprise.spi.StoreException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a server is set to do with what it has acknowledged. Settings that make operations run twice in everyday work are refused;
 * settings under which that takes a failure are named, because that is the administrator's choice to make and not ours to make in
 * silence.
 */
final class ServerCheck {
    private static final int LEAST_MAJOR = 6;
    private static final int LEAST_MINOR = 2;

    private final Deadline deadline;
    private final Set<String> warnings = new TreeSet<>();

    ServerCheck(Deadline deadline) {
        this.deadline = deadline;
    }

    /** What the servers may lose, in words; sorted and each once. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /**
     * Looks at a primary.
     *
     * @throws StoreException if it cannot be used; the message says why
     */
    void look(RedisLink.Primary primary, int replicas) {
        Map<String, String> info = lines(deadline.await(primary.commands().info()));
        requireVersion(info.getOrDefault("redis_version", "0"));
        String role = info.getOrDefault("role", "master");
        if (!role.equals("master")) {
            throw refused("This server is a replica, and records are kept at the primary: give its address", null);
        }
        requireNoEviction(info.getOrDefault("maxmemory_policy", "noeviction"));
        Map<String, String> settings = settings(primary.commands());
        warnOfTheDisk(info, settings);
        warnOfFailovers(info, settings, replicas);
    }

    private static void requireVersion(String version) {
        String[] parts = version.split("\\.", -1);
        try {
            int major = Integer.parseInt(parts[0]);
            int minor = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
            if (major > LEAST_MAJOR || (major == LEAST_MAJOR && minor >= LEAST_MINOR)) {
                return;
            }
        } catch (NumberFormatException e) {
            throw refused("The server's version is \"" + version + "\", and has to be 6.2 or newer", e);
        }
        throw refused("The server is of version " + version + ", and has to be 6.2 or newer", null);
    }

    private static void requireNoEviction(String policy) {
        if (!policy.equals("noeviction")) {
            throw refused(
                    "The server's maxmemory-policy is " + policy
                            + ": when memory is scarce, it would forget operations, and their "
                            + "retries would be executed again. Set it to noeviction, on a server that is no cache",
                    null);
        }
    }

    private void warnOfTheDisk(Map<String, String> info, Map<String, String> settings) {
        if (info.getOrDefault("aof_enabled", "0").equals("0")) {
            warnings.add(
                    "appendonly is off: when the server ends, operations since its last snapshot are forgotten, and their "
                            + "retries executed again");
            return;
        }
        String fsync = settings.get("appendfsync");
        if (fsync == null) {
            warnings.add(
                    "CONFIG is not allowed, so appendfsync is not known: unless it is always, operations of the last second "
                            + "can be forgotten when the server's machine fails, and their retries executed again");
        } else if (!fsync.equals("always")) {
            warnings.add("appendfsync is " + fsync + ": operations of the last "
                    + (fsync.equals("no") ? "half minute" : "second")
                    + " can be forgotten when the server's machine fails, and their retries executed again");
        }
    }

    private void warnOfFailovers(Map<String, String> info, Map<String, String> settings, int replicas) {
        if (info.getOrDefault("connected_slaves", "0").equals("0")) {
            if (replicas > 0) {
                warnings.add(
                        "No replica is connected, and writes are only acknowledged when " + replicas + " have them");
            }
            return;
        }
        if (replicas == 0) {
            warnings.add(
                    "Replicas follow late: a failover may lose an acknowledged claim, and its operation is executed twice "
                            + "then. Writes can wait for replicas, which makes that rare");
        }
        if (settings.getOrDefault("min-replicas-to-write", "1").equals("0")) {
            warnings.add(
                    "min-replicas-to-write is 0: a primary that is cut off goes on to acknowledge what is lost when it is back");
        }
    }

    /** Managed services often forbid the command. */
    private Map<String, String> settings(RedisClusterAsyncCommands<byte[], byte[]> commands) {
        Map<String, String> settings = new HashMap<>();
        try {
            settings.putAll(deadline.await(commands.configGet("appendfsync")));
            settings.putAll(deadline.await(commands.configGet("min-replicas-to-write")));
        } catch (StoreException e) {
            if (!(e.getCause() instanceof RedisCommandExecutionException)) {
                throw e;
            }
        }
        return settings;
    }

    private static Map<String, String> lines(String info) {
        Map<String, String> values = new HashMap<>();
        for (String line : info.lines().toList()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                values.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        return values;
    }

    private static StoreException refused(String message, @Nullable Throwable cause) {
        return StoreException.nothingDone(message, cause);
    }
}
