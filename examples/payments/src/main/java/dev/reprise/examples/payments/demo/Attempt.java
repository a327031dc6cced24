package dev.reprise.examples.payments.demo;

/**
 * One sending of a request.
 *
 * @param startMillis when it was sent, from the start of the experiment
 * @param endMillis when its end was known
 * @param result the status, or what the client saw of the failure
 * @param replayed whether the answer is a recorded one
 */
public record Attempt(long startMillis, long endMillis, String result, boolean replayed) {}
