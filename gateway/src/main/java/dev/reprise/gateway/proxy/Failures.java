package dev.reprise.gateway.proxy;

/** What went wrong, in words that may go into a record and a log: the address, never the content. */
public final class Failures {
    private Failures() {}

    /** The message of a failure, or what kind it is where it has none. */
    public static String describe(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
