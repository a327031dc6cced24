package dev.reprise.encryption;

import dev.reprise.Body;
import dev.reprise.OperationId;
import dev.reprise.Response;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Answers that were opened lately, by the very object that a store keeps of them in memory: a replay from memory is decrypted once.
 * Holds up to {@value #SLOTS} of them with up to {@value #LONGEST} bytes each. Thread-safe.
 */
final class OpenedAnswers {
    /** A power of two. */
    private static final int SLOTS = 1024;

    private static final int LONGEST = 4096;

    private final AtomicReferenceArray<@Nullable Opened> slots = new AtomicReferenceArray<>(SLOTS);

    private record Opened(Body sealed, OperationId id, Response response) {}

    @Nullable
    Response find(Body sealed, OperationId id) {
        Opened opened = slots.get(slot(sealed));
        return opened != null && isSame(opened.sealed, sealed) && opened.id.equals(id) ? opened.response : null;
    }

    void add(Body sealed, OperationId id, Response response) {
        if (sealed.length() <= LONGEST) {
            slots.set(slot(sealed), new Opened(sealed, id, response));
        }
    }

    /** The same object: to compare the bytes would take as long as to decrypt them. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(Body one, Body other) {
        return one == other;
    }

    private static int slot(Body sealed) {
        return System.identityHashCode(sealed) & (SLOTS - 1);
    }
}
