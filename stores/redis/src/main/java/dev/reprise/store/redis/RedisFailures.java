package dev.reprise.store.redis;

import dev.reprise.spi.StoreException;
import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.RedisReadOnlyException;
import io.lettuce.core.cluster.PartitionSelectorException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What the driver's failures mean to a caller. */
final class RedisFailures {
    /** What the driver says of a command that it has not written. */
    private static final List<String> NOT_WRITTEN =
            List.of("Currently not connected", "Connection is closed", "Request queue size exceeded");

    /** How a server refuses a command, or the first write of a script; no script of ours writes before that. */
    private static final List<String> REFUSALS = List.of(
            "LOADING",
            "READONLY",
            "NOREPLICAS",
            "MASTERDOWN",
            "CLUSTERDOWN",
            "MOVED",
            "ASK",
            "TRYAGAIN",
            "MISCONF",
            "OOM",
            "BUSY",
            "NOAUTH");

    /** What a script says of a record that it cannot take apart, which each does before it writes. */
    private static final String TOO_SHORT = "data string too short";

    private RedisFailures() {}

    static StoreException of(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? Objects.requireNonNull(failure.getCause()) : failure;
        if (cause instanceof StoreException known) {
            return known;
        }
        if (message(cause).contains(TOO_SHORT)) {
            return StoreException.unreadable("A record in Redis is damaged: " + cause.getMessage(), cause);
        }
        return isNothingDone(cause)
                ? StoreException.nothingDone("Redis cannot be asked, or refuses: " + cause.getMessage(), cause)
                : new StoreException("Redis failed: " + cause, cause);
    }

    /** Whether a server says that another one has the key of the command. */
    static boolean hasMoved(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof RedisCommandExecutionException
                && (message(cause).startsWith("MOVED ") || message(cause).startsWith("ASK "));
    }

    private static boolean isNothingDone(Throwable cause) {
        if (cause instanceof RedisConnectionException
                || cause instanceof PartitionSelectorException
                || cause instanceof RedisLoadingException
                || cause instanceof RedisReadOnlyException
                || cause instanceof RedisBusyException) {
            return true;
        }
        String message = message(cause);
        return cause instanceof RedisCommandExecutionException
                ? REFUSALS.stream()
                        .anyMatch(code -> message.startsWith(code + " ") || message.contains("-" + code + " "))
                : NOT_WRITTEN.stream().anyMatch(message::startsWith);
    }

    private static String message(@Nullable Throwable cause) {
        return cause == null || cause.getMessage() == null ? "" : cause.getMessage();
    }
}
