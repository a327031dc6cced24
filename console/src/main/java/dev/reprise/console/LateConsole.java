package dev.reprise.console;

import dev.reprise.console.charts.Activity;
import dev.reprise.console.operations.StoreOperations;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A console whose store is opened when somebody asks for a page, for applications that start without it. One request opens it, and nobody waits
 * for that one: others get 503 meanwhile, and for a second after it has failed.
 *
 * <p>Thread-safe. Calls block as those of a {@link Console} do. Closing it stops what it does in the background, and does not close the store.
 */
public final class LateConsole implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LateConsole.class.getName());
    /** For how long it is not tried again after a failure. */
    private static final Duration REMEMBERED = Duration.ofSeconds(1);

    private final ConsoleSettings settings;
    private final Supplier<StoreOperations> operations;
    private final @Nullable Activity activity;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable Console console;
    /** When it has failed; null if it has not. Under the lock. */
    private @Nullable Instant failed;

    /**
     * A console that nobody has asked for yet.
     *
     * @param operations tells what is seen and changed; asked by one request at a time, and again a second after it has failed
     * @param activity what the process has done, as a listener of its engine counts; null if there are no charts
     */
    public LateConsole(ConsoleSettings settings, Supplier<StoreOperations> operations, @Nullable Activity activity) {
        this.settings = settings;
        this.operations = operations;
        this.activity = activity;
    }

    /** How it is mounted. */
    public ConsoleSettings settings() {
        return settings;
    }

    /** Answers a request. Throws nothing but errors of the virtual machine. */
    public ConsoleResponse handle(ConsoleRequest request) {
        Console made = console;
        if (made == null) {
            // Who would wait keeps a thread of the application.
            if (!opening.tryLock()) {
                return ConsoleResponse.text(503, "The console is being opened; try again in a moment");
            }
            try {
                made = open();
            } finally {
                opening.unlock();
            }
        }
        return made == null
                ? ConsoleResponse.text(503, "The console cannot be opened; the log says why")
                : made.handle(request);
    }

    /** Under the lock. Null if that has just failed, now or for somebody else. */
    private @Nullable Console open() {
        Console made = console;
        if (made != null || hasJustFailed()) {
            return made;
        }
        try {
            made = new Console(settings, operations.get(), activity);
            console = made;
        } catch (RuntimeException e) {
            failed = settings.clock().instant();
            LOG.log(Level.ERROR, "The console cannot be opened", e);
        }
        return made;
    }

    /** A clock that was put back keeps nobody out. */
    private boolean hasJustFailed() {
        Instant since = failed;
        if (since == null) {
            return false;
        }
        Duration ago = Duration.between(since, settings.clock().instant());
        return !ago.isNegative() && ago.compareTo(REMEMBERED) < 0;
    }

    @Override
    public void close() {
        opening.lock();
        try {
            Console made = console;
            if (made != null) {
                made.close();
            }
        } finally {
            opening.unlock();
        }
    }
}
