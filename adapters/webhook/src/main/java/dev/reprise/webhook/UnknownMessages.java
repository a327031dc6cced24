package dev.reprise.webhook;

import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Unknown;
import dev.reprise.client.IdempotencyKey;
import dev.reprise.outbox.Outbox;
import dev.reprise.outbox.OutboxException;
import dev.reprise.outbox.OutboxRequest;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes down what is to be told, once for each unknown outcome. For one thread at a time. */
final class UnknownMessages {
    private static final System.Logger LOG = System.getLogger(UnknownMessages.class.getName());
    /** How long a receiver may be away. */
    static final Duration PATIENCE = Duration.ofDays(7);
    /**
     * How long a message stays that was delivered, or was parked because the receiver did not take it, so that it is not added again. What
     * is still unknown after that is told of once more.
     */
    static final Duration KEPT = Duration.ofDays(90);
    /** How many are remembered here, so that the outbox need not be asked. */
    private static final int MOST_REMEMBERED = 10_000;

    private final Outbox outbox;
    private final URI place;
    private final Duration after;
    private final @Nullable Function<OperationId, URI> console;
    private final InstantSource clock;
    private final Set<IdempotencyKey> remembered = new LinkedHashSet<>();

    /**
     * @param place what a message is filed under; where it is sent is decided when that is done
     * @param after for how long an outcome has to be unknown
     * @param clock what the store's times are compared with, and the deadline of a message follows
     */
    UnknownMessages(
            Outbox outbox,
            URI place,
            Duration after,
            @Nullable Function<OperationId, URI> console,
            InstantSource clock) {
        this.outbox = outbox;
        this.place = place;
        this.after = after;
        this.console = console;
        this.clock = clock;
    }

    /** Sees to it that somebody will be told, if its outcome is unknown, and has been for long enough. */
    void add(OperationRecord record) {
        if (!(record.state() instanceof Unknown unknown) || isTooEarly(unknown)) {
            return;
        }
        IdempotencyKey key = UnknownMessage.key(record);
        if (remembered.contains(key)) {
            return;
        }
        if (outbox.find(key).isEmpty()) {
            write(key, UnknownMessage.body(record, unknown, page(record.id())));
        }
        remember(key);
    }

    /** Where people see it; a function of somebody else that fails keeps nobody from being told of this one, and of those behind it. */
    private @Nullable URI page(OperationId id) {
        try {
            return console == null ? null : console.apply(id);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "Where people see " + id + " cannot be told", e);
            return null;
        }
    }

    private boolean isTooEarly(Unknown unknown) {
        return !after.isZero() && unknown.since().plus(after).isAfter(clock.instant());
    }

    private void write(IdempotencyKey key, byte[] body) {
        try {
            outbox.add(new OutboxRequest(
                    key,
                    "POST",
                    place,
                    Map.of("Content-Type", "application/json"),
                    body,
                    clock.instant().plus(PATIENCE)));
        } catch (OutboxException e) {
            // Another node with other settings may have been faster, and says it in other words.
            if (outbox.find(key).isEmpty()) {
                throw e;
            }
        }
    }

    private void remember(IdempotencyKey key) {
        if (remembered.size() >= MOST_REMEMBERED) {
            remembered.remove(remembered.iterator().next());
        }
        remembered.add(key);
    }

    /** Deletes some of what is old; true if there may be more. */
    boolean purge() {
        // Also if it fails, when nobody may know what was deleted.
        remembered.clear();
        return outbox.purge(KEPT) + outbox.purgeParked(KEPT) > 0;
    }
}
