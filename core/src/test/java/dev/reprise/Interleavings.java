package dev.reprise;

import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;

/**
 * Code of several threads, run in many interleavings by the model checker. It switches between the threads wherever they
 * touch something that they share, in the JDK's locks and maps too, and reports one that waits for ever. Time stands still
 * for it, and whoever waits for some time waits until somebody wakes it.
 */
public final class Interleavings {
    private static final int SHARE = "full".equals(System.getProperty("reprise.proof")) ? 1 : 3;

    private Interleavings() {}

    /**
     * Runs the code in many interleavings.
     *
     * @param number how many in the full proof; a third of them otherwise
     * @param code makes what is tested, works on it in threads, and throws if that has come out wrong
     */
    public static void check(int number, Runnable code) {
        Lincheck.runConcurrentTest(number / SHARE, code);
    }

    /** Does all of this at the same time, waits for the end of it, and throws what was thrown: Lincheck looks at one thread only. */
    public static void together(Runnable... parts) {
        // An array, since Lincheck 3.7 loses sight of threads that come out of a stream.
        Part[] threads = new Part[parts.length];
        for (int i = 0; i < parts.length; i++) {
            threads[i] = new Part(parts[i]);
            threads[i].start();
        }
        for (Part thread : threads) {
            thread.end();
        }
    }

    /** A thread, and what was thrown on it. It is none itself, since Lincheck 3.7 does not know a join of such a one. */
    private static final class Part {
        private final Thread thread;
        private volatile @Nullable Throwable thrown;

        Part(Runnable task) {
            thread = new Thread(() -> {
                try {
                    task.run();
                } catch (Throwable e) {
                    thrown = e;
                }
            });
        }

        void start() {
            thread.start();
        }

        /** Waits for the end, and throws what was thrown. */
        void end() {
            try {
                thread.join();
            } catch (InterruptedException e) {
                thrown = e;
            }
            if (thrown != null) {
                throw new AssertionError(thrown);
            }
        }
    }

    /** Throws unless it is so; an assertion library would be model-checked too. */
    public static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }
}
