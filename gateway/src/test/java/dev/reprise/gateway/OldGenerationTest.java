package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class OldGenerationTest {
    private final FakeHeap heap = new FakeHeap();
    private final OldGeneration generation = new OldGeneration(heap);

    /** In megabytes; a collection leaves half. */
    private static final class FakeHeap implements OldGeneration.Heap {
        private long old;
        private long left;
        private long young;
        private int collections;

        @Override
        public long old() {
            return old << 20;
        }

        @Override
        public long left() {
            return left << 20;
        }

        @Override
        public long youngCollections() {
            return young;
        }

        @Override
        public void collect() {
            collections++;
            left = old / 2;
            old = left;
        }
    }

    private int collectionsAfterBusyMinute(long old, long left) {
        heap.old = old;
        heap.left = left;
        heap.young += 100;
        generation.look();
        return heap.collections;
    }

    @Test
    void it_is_collected_when_it_has_doubled() {
        assertThat(collectionsAfterBusyMinute(199, 100)).isZero();
        assertThat(collectionsAfterBusyMinute(201, 100)).isOne();
    }

    @Test
    void little_growth_is_not_worth_a_pause() {
        assertThat(collectionsAfterBusyMinute(41, 10)).isZero();
        assertThat(collectionsAfterBusyMinute(31, 0)).isZero();
        assertThat(collectionsAfterBusyMinute(43, 10)).isOne();
    }

    @Test
    void when_it_has_become_calm_it_is_collected_once() {
        assertThat(collectionsAfterBusyMinute(150, 100)).isZero();

        generation.look();
        generation.look();

        assertThat(heap.collections).isOne();
    }

    @Test
    void who_has_little_is_left_alone_when_it_is_calm() {
        assertThat(collectionsAfterBusyMinute(30, 10)).isZero();

        generation.look();

        assertThat(heap.collections).isZero();
    }

    @Test
    void only_the_serial_collector_is_looked_after() {
        boolean serial = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .anyMatch(collector -> collector.getName().equals("MarkSweepCompact"));

        assertThat(OldGeneration.ofThisProcess().isPresent()).isEqualTo(serial);
        OldGeneration.ofThisProcess().ifPresent(OldGeneration::look);
    }
}
