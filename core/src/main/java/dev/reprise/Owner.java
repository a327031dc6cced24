package dev.reprise;

/**
 * Who claimed an operation. Unique to one claim, so that a claim whose acknowledgement was lost is recognised when it
 * is made again.
 *
 * @param node the engine instance, unique among those that share a store
 * @param claim the claim's number within that engine
 */
public record Owner(String node, long claim) {
    /** The longest node name that is accepted, in characters. */
    public static final int MAX_NODE_LENGTH = 128;

    /** @throws IllegalArgumentException if the node name is empty or too long */
    public Owner {
        if (node.isEmpty() || node.length() > MAX_NODE_LENGTH) {
            throw new IllegalArgumentException("A node name has 1 to " + MAX_NODE_LENGTH + " characters: " + node);
        }
    }

    @Override
    public String toString() {
        return node + "#" + claim;
    }
}
