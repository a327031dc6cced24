package dev.reprise.spring.boot;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyListener;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/** The listeners of an application, meters among them. What one throws keeps no other from hearing. Thread-safe. */
record AllListeners(List<IdempotencyListener> listeners) implements IdempotencyListener {
    static AllListeners of(ObjectProvider<IdempotencyListener> beans) {
        return new AllListeners(beans.orderedStream().toList());
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
