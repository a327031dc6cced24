package dev.reprise.console.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;

/**
 * Somebody who has signed in.
 *
 * @param user who
 * @param proof the hash of what they have shown, which has to hold as long as the session does
 * @param csrf what each form has to carry
 * @param since when they signed in
 * @param seen when they were here last
 */
public record ConsoleSession(ConsoleUser user, Proof proof, String csrf, Instant since, Instant seen) {
    /** How somebody showed who they are. */
    public enum Way {
        /** A token of the file of users. */
        TOKEN,
        /** The secret of the store folder. */
        SECRET,
        /** A proxy has said so, and says so again in each request. */
        PROXY,
        /** The server that the console is mounted in has authenticated them, and says so again in each request. */
        SERVER,
        /** A provider has said so, and is asked again after a while. */
        PROVIDER
    }

    /**
     * What was shown.
     *
     * @param way how
     * @param hash of the token, in hexadecimal digits; empty if there is none
     */
    public record Proof(Way way, String hash) {}

    /** Whether a form carries what it has to, in constant time. */
    public boolean admits(String shown) {
        return MessageDigest.isEqual(shown.getBytes(StandardCharsets.UTF_8), csrf.getBytes(StandardCharsets.UTF_8));
    }

    ConsoleSession seenAt(Instant now) {
        return new ConsoleSession(user, proof, csrf, since, now);
    }

    /** Secrets stay out of logs. */
    @Override
    public String toString() {
        return "ConsoleSession[" + user + "]";
    }
}
