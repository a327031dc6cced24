package dev.reprise.gateway;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many connections the file descriptors of this process are enough for. */
final class Descriptors {
    /** Files of the store, libraries, and the operator's own connections. */
    private static final long OTHERS = 256;

    private Descriptors() {}

    /** As many connections of callers as wanted, as far as each of them can have one to a service as well. */
    static int most(int wanted) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            long possible = Math.max(1, (system.getMaxFileDescriptorCount() - OTHERS) / 2);
            return Math.toIntExact(Math.min(wanted, possible));
        }
        return wanted;
    }
}
