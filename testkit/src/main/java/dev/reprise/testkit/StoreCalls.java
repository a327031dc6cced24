package dev.reprise.testkit;

import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.OperationStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** The latest calls that a test made to a store, so that its failure says which one was answered wrongly. Thread-safe. */
final class StoreCalls {
    private static final int MOST = 30;
    private static final int LONGEST = 200;

    private final Deque<String> latest = new ArrayDeque<>();
    private final OperationStore store;

    StoreCalls(OperationStore store) {
        this.store = (OperationStore) Proxy.newProxyInstance(
                StoreCalls.class.getClassLoader(),
                new Class<?>[] {OperationStore.class},
                (proxy, method, arguments) -> {
                    String call = method.getName() + "("
                            + Stream.ofNullable(arguments)
                                    .flatMap(Stream::of)
                                    .map(StoreCalls::text)
                                    .collect(Collectors.joining(", "))
                            + ")";
                    try {
                        Object result = method.invoke(store, arguments);
                        note(call + " -> " + text(result));
                        return result;
                    } catch (InvocationTargetException e) {
                        note(call + " threw " + e.getCause());
                        throw e.getCause();
                    }
                });
    }

    /** The store, with its calls remembered. */
    OperationStore store() {
        return store;
    }

    private static String text(@Nullable Object value) {
        String text = switch (value) {
            case Claim claim -> claim.id().key().value() + " by " + claim.owner();
            case Lease lease ->
                lease.id().key().value() + " under " + lease.token().value();
            case Acquisition.Acquired(Lease lease) ->
                "acquired under " + lease.token().value();
            case Acquisition.Existing existing -> "existing " + existing.record();
            case null, default -> String.valueOf(value);
        };
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    private synchronized void note(String call) {
        if (latest.size() == MOST) {
            latest.removeFirst();
        }
        latest.addLast(call);
    }

    private synchronized String latest() {
        return String.join("\n  ", latest);
    }

    /** Adds the calls of a test to its failure. */
    static final class OnFailure implements TestExecutionExceptionHandler {
        @Override
        public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
            context.getRequiredTestInstances()
                    .findInstance(StoreFixture.class)
                    .ifPresent(fixture -> failure.addSuppressed(
                            new AssertionError("The latest calls to the store:\n  " + fixture.calls.latest())));
            throw failure;
        }
    }
}
