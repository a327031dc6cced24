package dev.reprise.gateway.command;

import dev.reprise.gateway.proxy.FailureText;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.Thread.UncaughtExceptionHandler;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;

/**
 * Ends the process when it has run out of memory, or the virtual machine is broken otherwise. Threads may be dead then
 * that others wait for, and a supervisor can start a dead process again, but not a half-dead one. Thread-safe.
 */
final class MemoryGuard implements UncaughtExceptionHandler {
    private static final int BROKEN = 3;

    private final UncaughtExceptionHandler others;
    private final IntConsumer halt;
    /** Made while there is memory for it. */
    private final byte[] lastWords =
            ("Reprise has run out of memory, or the virtual machine is broken, and ends. Start it again; if that happens "
                            + "often, give it more: JAVA_OPTIONS=-Xmx2g.\n")
                    .getBytes(StandardCharsets.UTF_8);

    /**
     * A guard.
     *
     * @param others what happens to everything else
     * @param halt ends the process at once
     */
    MemoryGuard(UncaughtExceptionHandler others, IntConsumer halt) {
        this.others = others;
        this.halt = halt;
    }

    /** Guards this process from now on. */
    static void install() {
        UncaughtExceptionHandler usual = (thread, failure) -> System.getLogger(MemoryGuard.class.getName())
                .log(System.Logger.Level.ERROR, "The thread " + thread.getName() + " has failed", failure);
        Thread.setDefaultUncaughtExceptionHandler(new MemoryGuard(usual, Runtime.getRuntime()::halt));
    }

    @Override
    @SuppressWarnings("StreamResourceLeak")
    public void uncaughtException(Thread thread, Throwable failure) {
        if (!FailureText.isFatal(failure)) {
            others.uncaughtException(thread, failure);
            return;
        }
        try {
            new FileOutputStream(FileDescriptor.err).write(lastWords);
        } catch (IOException | RuntimeException | Error e) {
            // There is nobody to tell.
        } finally {
            halt.accept(BROKEN);
        }
    }
}
