package dev.reprise.gateway.proxy;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * How much of the heap an array takes: the G1 collector gives whole regions to one that is larger than half a region.
 *
 * @param region the size of a region in bytes; 0 where the heap has none
 */
record ArraySizes(long region) {
    private static final int HEADER = 16;

    static ArraySizes ofThisProcess() {
        @Nullable HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (machine == null
                || !Boolean.parseBoolean(machine.getVMOption("UseG1GC").getValue())) {
            return new ArraySizes(0);
        }
        return new ArraySizes(
                Long.parseLong(machine.getVMOption("G1HeapRegionSize").getValue()));
    }

    long of(int length) {
        long bytes = (long) length + HEADER;
        return region == 0 || bytes <= region / 2 ? bytes : (bytes + region - 1) / region * region;
    }
}
