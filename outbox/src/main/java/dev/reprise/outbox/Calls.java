package dev.reprise.outbox;

import java.util.HashSet;
import java.util.Set;

/**
 * The calls that a deliverer makes, which can be broken off. Their threads are interrupted while they call and at no other
 * time, as an interrupt may cost a database its connection, or its file. Thread-safe.
 */
final class Calls {
    private final Set<Thread> calling = new HashSet<>();
    private int era;

    @FunctionalInterface
    interface Call<T> {
        T make() throws InterruptedException;
    }

    /** Changes when calls are broken off. */
    synchronized int era() {
        return era;
    }

    /**
     * Makes a call that was decided upon in that era.
     *
     * @throws InterruptedException if calls were broken off since, whether it was being made by then or not
     */
    <T> T make(int decided, Call<T> call) throws InterruptedException {
        enter(decided);
        try {
            return call.make();
        } finally {
            leave();
        }
    }

    private synchronized void enter(int decided) throws InterruptedException {
        if (decided != era) {
            throw new InterruptedException("Broken off before it was made");
        }
        calling.add(Thread.currentThread());
    }

    /** An interrupt that came too late is forgotten. */
    private synchronized void leave() {
        calling.remove(Thread.currentThread());
        Thread.interrupted();
    }

    synchronized void breakOff() {
        era++;
        calling.forEach(Thread::interrupt);
    }
}
