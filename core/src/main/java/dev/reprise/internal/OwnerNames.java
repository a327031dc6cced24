package dev.reprise.internal;

import dev.reprise.Owner;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** A name for each claim of an engine that no other claim ever has, not even one of an engine of the same name. Thread-safe. */
public final class OwnerNames {
    private static final int RANDOM_BYTES = 8;
    /** The longest name of a node, in characters. */
    public static final int MAX_NODE_LENGTH = Owner.MAX_NODE_LENGTH - 2 * RANDOM_BYTES - 1;

    private final String engine;
    private final AtomicLong lastClaim = new AtomicLong();

    public OwnerNames(String node, RandomGenerator random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        engine = node + "-" + HexFormat.of().formatHex(bytes);
    }

    /**
     * The name of a node, if it is one.
     *
     * @throws IllegalArgumentException if it is empty or too long
     */
    public static String node(String name) {
        if (name.isEmpty() || name.length() > MAX_NODE_LENGTH) {
            throw new IllegalArgumentException("A node name has 1 to " + MAX_NODE_LENGTH + " characters: " + name);
        }
        return name;
    }

    public Owner next() {
        return new Owner(engine, lastClaim.incrementAndGet());
    }
}
