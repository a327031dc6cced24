package dev.reprise.testkit;

import dev.reprise.Response;
import dev.reprise.spi.AsyncOperationStore;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Waits for what a store tells when it is done, so that a contract for stores sees these calls in place of their namesakes. */
public final class AwaitedStore {
    private AwaitedStore() {}

    /** The store with {@code acquire} and {@code complete} by way of their asynchronous forms. */
    public static OperationStore of(AsyncOperationStore store) {
        return (OperationStore) Proxy.newProxyInstance(
                AwaitedStore.class.getClassLoader(),
                new Class<?>[] {OperationStore.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "acquire" -> await(store.acquireAsync((Claim) arguments[0]));
                    case "complete" ->
                        await(store.completeAsync(
                                (Lease) arguments[0], (Response) arguments[1], (Duration) arguments[2]));
                    default -> {
                        try {
                            yield method.invoke(store, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }
                });
    }

    private static Object await(CompletionStage<?> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreException failure) {
                throw failure;
            }
            throw e;
        }
    }
}
