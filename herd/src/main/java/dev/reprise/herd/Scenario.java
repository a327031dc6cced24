package dev.reprise.herd;

import java.time.Duration;

/**
 * A server goes down, all its clients notice at once, and it comes back.
 *
 * @param clients how many there are; each makes one call after the other
 * @param thinking how long a client pauses between calls, on average
 * @param capacity how many calls the server can answer in a second
 * @param before how long all is well before the outage
 * @param outage how long the server is down
 * @param after how long the server is watched afterwards
 * @param seed what all randomness comes from
 */
record Scenario(
        int clients, Duration thinking, double capacity, Duration before, Duration outage, Duration after, long seed) {
    Scenario {
        if (clients < 1 || clients > EventQueue.MOST_CLIENTS) {
            throw new IllegalArgumentException("clients is from 1 to " + EventQueue.MOST_CLIENTS + ", not " + clients);
        }
        if (!(capacity > 0)) {
            throw new IllegalArgumentException("capacity is above 0, not " + capacity);
        }
        if (end(before, outage, after).compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("before, outage and after are an hour together at most");
        }
    }

    Duration end() {
        return end(before, outage, after);
    }

    private static Duration end(Duration before, Duration outage, Duration after) {
        return before.plus(outage).plus(after);
    }
}
