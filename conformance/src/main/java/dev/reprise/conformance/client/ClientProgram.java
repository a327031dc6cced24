package dev.reprise.conformance.client;

import java.net.URI;
import java.time.Duration;

/**
 * The client to check, as a program that can be started again and again.
 *
 * <p>Each time it makes two operations, one after the other and in one process, by requests with a body. Each request
 * carries {@value #FIRST} or {@value #SECOND} anywhere in its address or body, so that a retry can be told from a new
 * operation. It goes on to the second one however the first one ends, and then it ends itself.
 */
@FunctionalInterface
public interface ClientProgram {
    /** What every request of the first operation carries. */
    String FIRST = "operation-1";

    /** What every request of the second operation carries. */
    String SECOND = "operation-2";

    /**
     * Runs it once.
     *
     * @param address where the API is
     * @param atMost after this time it is ended
     */
    Ended run(URI address, Duration atMost) throws InterruptedException;

    /**
     * How it ended.
     *
     * @param inTime whether it ended by itself
     * @param words what it said, for when it did not do what was expected
     */
    record Ended(boolean inTime, String words) {}
}
