package dev.reprise.client;

import java.util.concurrent.Executor;

/**
 * Where work is done away from the timer's thread, which all calls share. Each piece of it has a thread to itself: in a pool,
 * callers whose code blocks would keep others from being retried, or looked after.
 */
enum Apart implements Executor {
    ON_A_THREAD;

    @Override
    public void execute(Runnable work) {
        Thread.ofVirtual().name("reprise-client").start(work);
    }
}
