package dev.reprise;

import org.jetbrains.lincheck.Lincheck;

/**
 * Code of several threads, run in many interleavings by the model checker. It switches between the threads wherever they
 * touch something that they share, in the JDK's locks and maps too, and reports one that waits for ever. Time stands still
 * for it, and whoever waits for some time waits until somebody wakes it.
 */
public final class Interleavings {
    private Interleavings() {}

    /**
     * Runs the code in many interleavings.
     *
     * @param number how many
     * @param code makes what is tested, works on it in threads, and throws if that has come out wrong
     */
    public static void check(int number, Runnable code) {
        Lincheck.runConcurrentTest(number, code);
    }

    /** Does all of this at the same time, and waits for the end of it. */
    public static void together(Runnable... parts) {
        // An array, since Lincheck 3.7 loses sight of threads that come out of a stream.
        Thread[] threads = new Thread[parts.length];
        for (int i = 0; i < parts.length; i++) {
            threads[i] = new Thread(parts[i]);
            threads[i].start();
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Throws unless it is so; an assertion library would be model-checked too. */
    public static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }
}
