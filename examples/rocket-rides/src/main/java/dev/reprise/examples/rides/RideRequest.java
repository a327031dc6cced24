package dev.reprise.examples.rides;

/** What a caller asks for. */
record RideRequest(String origin, String target, String customer) {
    /** @throws IllegalArgumentException if something is missing */
    RideRequest {
        requireText("origin", origin);
        requireText("target", target);
        requireText("customer", customer);
    }

    private static void requireText(String name, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException("Say the " + name + " of the ride");
        }
    }
}
