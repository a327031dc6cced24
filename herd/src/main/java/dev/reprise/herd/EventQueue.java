package dev.reprise.herd;

import java.util.Arrays;

/**
 * When each client does something next: a binary heap of time and client in one number each, as every client waits for
 * exactly one thing. Clients that are due in the same microsecond come in the order of their numbers.
 */
final class EventQueue {
    static final int MOST_CLIENTS = 1 << 22;
    private static final int CLIENT_BITS = 22;

    private long[] heap = new long[1024];
    private int size;

    void add(long micros, int client) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        long event = micros << CLIENT_BITS | client;
        int at = size++;
        while (at > 0 && heap[(at - 1) / 2] > event) {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap[at] = event;
    }

    boolean isEmpty() {
        return size == 0;
    }

    long nextMicros() {
        return heap[0] >> CLIENT_BITS;
    }

    /** Removes the next event and returns whose it is. */
    int take() {
        int client = (int) (heap[0] & (MOST_CLIENTS - 1));
        long last = heap[--size];
        int at = 0;
        for (int child = 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= last) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = last;
        return client;
    }
}
