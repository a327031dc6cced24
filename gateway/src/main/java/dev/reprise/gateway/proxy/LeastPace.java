package dev.reprise.gateway.proxy;

import java.time.Duration;

/**
 * The pace that is asked of every caller, in sending a request and in taking an answer.
 *
 * @param patience how long it is waited for in any case
 * @param bytesPerSecond how many bytes are worth another second
 */
record LeastPace(Duration patience, int bytesPerSecond) {
    long nanosFor(long bytes) {
        return patience.toNanos() + bytes / bytesPerSecond * 1_000_000_000L;
    }
}
