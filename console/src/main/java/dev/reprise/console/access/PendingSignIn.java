package dev.reprise.console.access;

import java.security.SecureRandom;

/**
 * A sign-in that has begun: what a browser was sent to a provider with.
 *
 * @param state what comes back in the address, so that nobody else's answer is taken for it
 * @param nonce what comes back in what the provider signs, so that nothing from before is
 * @param verifier what shows that who has begun it is who gets the answer; the provider first hears only its hash (PKCE)
 * @param callback where the browser comes back to
 */
public record PendingSignIn(String state, String nonce, String verifier, String callback) {
    /** A new one, which nobody can guess. */
    public static PendingSignIn begin(SecureRandom random, String callback) {
        return new PendingSignIn(
                ConsoleToken.random(random), ConsoleToken.random(random), ConsoleToken.random(random), callback);
    }

    /** All of it is secret. */
    @Override
    public String toString() {
        return "PendingSignIn";
    }
}
