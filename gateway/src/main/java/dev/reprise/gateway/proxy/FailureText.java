package dev.reprise.gateway.proxy;

/** What went wrong, in words that may go into a record and a log: the address, never the content. */
public final class FailureText {
    private FailureText() {}

    /** The message of a failure, or what kind it is where it has none. */
    public static String describe(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    /** Whether the process is of no more use after it: it has run out of memory, or the virtual machine is broken. */
    public static boolean isFatal(Throwable failure) {
        return failure instanceof VirtualMachineError && !(failure instanceof StackOverflowError);
    }

    /** Hands a failure that somebody has caught, and that nobody can mend, to whoever guards the process. */
    public static void escalate(Throwable failure) {
        if (isFatal(failure)) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
        }
    }
}
