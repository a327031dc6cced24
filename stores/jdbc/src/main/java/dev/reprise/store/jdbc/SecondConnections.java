package dev.reprise.store.jdbc;

import java.lang.StackWalker.StackFrame;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Names places in the log that open a second connection of a pool beside the transaction in which an answer is recorded: what is done
 * there is not undone with it, and as many requests as the pool has connections wait for each other. Thread-safe.
 */
public final class SecondConnections {
    private static final Logger LOG = System.getLogger(SecondConnections.class.getName());

    /** Each place is named once, and no more than so many. */
    private static final int MOST_PLACES = 100;

    private static final List<String> LIBRARIES =
            List.of("java.", "javax.", "jdk.", "jakarta.", "org.springframework.", "com.zaxxer.", "org.hibernate.");

    private final BooleanSupplier transactionIsOpen;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** @param transactionIsOpen whether the thread that asks has such a transaction open */
    public SecondConnections(BooleanSupplier transactionIsOpen) {
        this.transactionIsOpen = transactionIsOpen;
    }

    /** Called by the thread that is about to open a connection. */
    public void opens() {
        if (transactionIsOpen.getAsBoolean()) {
            StackWalker.getInstance()
                    .walk(SecondConnections::place)
                    .filter(place -> told.size() < MOST_PLACES && told.add(place))
                    .ifPresent(SecondConnections::tell);
        }
    }

    /** The first place in the application, behind the type that watches. */
    private static Optional<String> place(Stream<StackFrame> frames) {
        List<StackFrame> callers = frames.filter(frame -> !isA(frame, SecondConnections.class.getName()))
                .toList();
        String watcher = callers.get(0).getClassName();
        return callers.stream()
                .filter(frame -> !isA(frame, watcher) && isOfTheApplication(frame.getClassName()))
                .map(frame -> frame.toStackTraceElement().toString())
                .findFirst();
    }

    private static boolean isA(StackFrame frame, String type) {
        return frame.getClassName().equals(type) || frame.getClassName().startsWith(type + "$");
    }

    private static void tell(String place) {
        LOG.log(
                Level.WARNING,
                "A second connection was opened beside the transaction of an idempotent request, at " + place
                        + ": what is done there stays if the request fails, and a pool of connections can starve. Work with the "
                        + "connection of the transaction");
    }

    private static boolean isOfTheApplication(String type) {
        return !type.contains("$$") && LIBRARIES.stream().noneMatch(type::startsWith);
    }
}
