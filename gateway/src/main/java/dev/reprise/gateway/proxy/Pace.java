package dev.reprise.gateway.proxy;

/** How fast a caller sends or takes what it should: only the time counts in which it is waited for. On one event loop. */
final class Pace {
    private long waited;
    private long bytes;
    private boolean waits;
    private long since;

    /** From now on the caller is waited for. */
    void waits() {
        if (!waits) {
            waits = true;
            since = System.nanoTime();
        }
    }

    /** The caller is not waited for any more. */
    void goesOn() {
        if (waits) {
            waits = false;
            waited += System.nanoTime() - since;
        }
    }

    void moved(long more) {
        bytes += more;
    }

    boolean isWaiting() {
        return waits;
    }

    /** Since when the caller is waited for, if it is. */
    long since() {
        return since;
    }

    boolean isSlowerThan(LeastPace least, long now) {
        return waits && waited + now - since > least.nanosFor(bytes);
    }
}
