package dev.reprise.spring.webflux;

import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.OperationStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** A store that notes down who calls it, and completes nothing before it is allowed to. Thread-safe. */
final class WatchedStore {
    record Call(String method, Thread thread) {}

    private final MemoryStore memory = new MemoryStore();
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private final CountDownLatch completing = new CountDownLatch(1);
    private final CountDownLatch allowed;

    private WatchedStore(CountDownLatch allowed) {
        this.allowed = allowed;
    }

    static WatchedStore open() {
        return new WatchedStore(new CountDownLatch(0));
    }

    static WatchedStore closed() {
        return new WatchedStore(new CountDownLatch(1));
    }

    Queue<Call> calls() {
        return calls;
    }

    void awaitCompletion() throws InterruptedException {
        completing.await();
    }

    void allowCompletion() {
        allowed.countDown();
    }

    OperationStore store() {
        return (OperationStore) Proxy.newProxyInstance(
                OperationStore.class.getClassLoader(),
                new Class<?>[] {OperationStore.class},
                (proxy, method, arguments) -> {
                    calls.add(new Call(method.getName(), Thread.currentThread()));
                    if (method.getName().equals("complete")) {
                        completing.countDown();
                        allowed.await();
                    }
                    try {
                        return method.invoke(memory, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
