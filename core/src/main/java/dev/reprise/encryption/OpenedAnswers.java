package dev.reprise.encryption;

import dev.reprise.Body;
import dev.reprise.OperationId;
import dev.reprise.Response;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Answers that were opened lately, by the very object that a store keeps of them in memory: a replay from memory is decrypted once.
 * Holds up to {@value #SLOTS} of them with up to {@value #LONGEST} bytes each. Thread-safe.
 */
final class OpenedAnswers {
    /** Of places for answers whose bodies have the same hash; with one place each, a third of a thousand would be in each other's way. */
    private static final int SETS = 1024;

    private static final int PLACES = 4;
    private static final int SLOTS = SETS * PLACES;
    private static final int LONGEST = 2048;

    private final AtomicReferenceArray<@Nullable Opened> slots = new AtomicReferenceArray<>(SLOTS);

    private record Opened(Body sealed, OperationId id, Response response) {}

    @Nullable
    Response find(Body sealed, OperationId id) {
        int first = firstSlot(sealed);
        for (int slot = first; slot < first + PLACES; slot++) {
            Opened opened = slots.get(slot);
            if (opened != null && isSame(opened.sealed, sealed)) {
                return opened.id.equals(id) ? opened.response : null;
            }
        }
        return null;
    }

    void add(Body sealed, OperationId id, Response response) {
        if (sealed.length() <= LONGEST) {
            slots.set(placeFor(sealed), new Opened(sealed, id, response));
        }
    }

    /** An empty slot, or any: which of the answers the store has forgotten is not known. */
    private int placeFor(Body sealed) {
        int first = firstSlot(sealed);
        for (int slot = first; slot < first + PLACES; slot++) {
            if (slots.get(slot) == null) {
                return slot;
            }
        }
        return first + ThreadLocalRandom.current().nextInt(PLACES);
    }

    /** The same object: to compare the bytes would take as long as to decrypt them. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(Body one, Body other) {
        return one == other;
    }

    private static int firstSlot(Body sealed) {
        return (System.identityHashCode(sealed) & (SETS - 1)) * PLACES;
    }
}
