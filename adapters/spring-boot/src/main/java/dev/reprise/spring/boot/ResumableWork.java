package dev.reprise.spring.boot;

import dev.reprise.resumable.ResumableEngine;
import org.springframework.context.SmartLifecycle;

/** Operations that nobody works on are gone on with once the application has started, and until it begins to stop. Thread-safe. */
final class ResumableWork implements SmartLifecycle {
    private final ResumableEngine<?> engine;
    private volatile boolean running;

    ResumableWork(ResumableEngine<?> engine) {
        this.engine = engine;
    }

    @Override
    public void start() {
        engine.resume();
        running = true;
    }

    @Override
    public void stop() {
        engine.pause();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
