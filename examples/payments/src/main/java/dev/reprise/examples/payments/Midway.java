package dev.reprise.examples.payments;

import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;

/** Where handlers die when the page asks for it: behind their first effect, and before the last one. Thread-safe. */
@Component
public class Midway {
    private final AtomicInteger deaths = new AtomicInteger();

    /** The next handlers that come by die, so many of them. */
    public void dies(int times) {
        deaths.set(times);
    }

    void pass() {
        if (deaths.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("The handler dies midway");
        }
    }
}
