package dev.reprise.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How busy the processors of the machine are, with all that runs on it. */
final class Processors {
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** For which share of the time since this was asked last, from 0 to 1. */
    double busy() {
        return system.getCpuLoad();
    }
}
