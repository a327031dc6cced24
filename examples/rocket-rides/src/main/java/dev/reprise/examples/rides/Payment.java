package dev.reprise.examples.rides;

/**
 * What came of a charge: a refusal is a result like any other, and is not tried again.
 *
 * @param charge the provider's id of it; empty if the card was declined
 * @param refusal why the card was declined; empty if it was not
 */
record Payment(String charge, String refusal) {
    boolean declined() {
        return !refusal.isEmpty();
    }
}
