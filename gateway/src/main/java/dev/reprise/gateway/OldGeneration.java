package dev.reprise.gateway;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.Optional;

/**
 * Keeps Java's serial collector, which the launchers choose, from taking all memory that it may have. It lets what is old grow
 * to the limit of the heap before it looks what of it is still in use, and gives nothing back while nothing happens. Other
 * collectors look by themselves. For one thread at a time.
 */
final class OldGeneration {
    /** Less is not worth a pause. */
    private static final long WORTH_IT = 32L << 20;

    private final Heap heap;
    private long youngBefore;
    private long youngAtLast;

    /** What a heap tells, and what it can be told. */
    interface Heap {
        /** How many bytes are old. */
        long old();

        /** How many were left of them by the last collection, 0 if there was none. */
        long left();

        /** How often what is young was collected, which is each time that a few megabytes have been used. */
        long youngCollections();

        void collect();
    }

    OldGeneration(Heap heap) {
        this.heap = heap;
    }

    /** That of this process, if it has to be looked after. */
    static Optional<OldGeneration> ofThisProcess() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(collector -> collector.getName().equals("Copy"))
                .flatMap(young -> ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getName().equals("Tenured Gen"))
                        .map(old -> new OldGeneration(new SerialHeap(young, old))))
                .findFirst();
    }

    /**
     * Has it collected if it has grown to twice of what was left the last time, or if nobody is there to be stopped. To be called
     * now and then.
     */
    void look() {
        long young = heap.youngCollections();
        boolean calm = young - youngBefore <= 1 && young > youngAtLast;
        youngBefore = young;
        long old = heap.old();
        long left = heap.left();
        if (old - left > Math.max(WORTH_IT, left) || (calm && old > WORTH_IT)) {
            heap.collect();
            youngAtLast = young;
        }
    }

    private record SerialHeap(GarbageCollectorMXBean collector, MemoryPoolMXBean pool) implements Heap {
        @Override
        public long old() {
            return pool.getUsage().getUsed();
        }

        @Override
        public long left() {
            return pool.getCollectionUsage().getUsed();
        }

        @Override
        public long youngCollections() {
            return collector.getCollectionCount();
        }

        @Override
        public void collect() {
            System.gc();
        }
    }
}
