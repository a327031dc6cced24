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
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Makes a store one that tells when it is done, which is when the test says. */
final class ToldStore {
    private ToldStore() {}

    /** @param later gets the work of each asynchronous call, which tells the answer when it is run */
    static AsyncOperationStore of(OperationStore store, Consumer<Runnable> later) {
        return (AsyncOperationStore) Proxy.newProxyInstance(
                ToldStore.class.getClassLoader(),
                new Class<?>[] {AsyncOperationStore.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "acquireAsync" -> told(later, () -> store.acquire((Claim) arguments[0]));
                    case "completeAsync" ->
                        told(
                                later,
                                () -> store.complete(
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

    private static <T> CompletableFuture<T> told(Consumer<Runnable> later, Supplier<T> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        later.accept(() -> {
            try {
                answer.complete(call.get());
            } catch (StoreException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }
}
