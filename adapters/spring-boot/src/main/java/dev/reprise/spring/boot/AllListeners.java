package dev.reprise.spring.boot;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyListener;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/** The listeners of an application, meters among them. What one throws keeps no other from hearing. Thread-safe. */
record AllListeners(List<IdempotencyListener> listeners) implements IdempotencyListener {
    /** Gives them to an engine, if there are any: one that nobody listens to spares itself the time. */
    static void give(ObjectProvider<IdempotencyListener> beans, Consumer<IdempotencyListener> engine) {
        List<IdempotencyListener> listeners = beans.orderedStream().toList();
        if (!listeners.isEmpty()) {
            engine.accept(new AllListeners(listeners));
        }
    }

    @Override
    public void on(IdempotencyEvent event) {
        @Nullable RuntimeException failure = null;
        for (IdempotencyListener listener : listeners) {
            try {
                listener.on(event);
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        if (failure != null) {
            // The engine logs it.
            throw failure;
        }
    }
}
