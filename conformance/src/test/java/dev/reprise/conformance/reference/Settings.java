package dev.reprise.conformance.reference;

import dev.reprise.conformance.Profile;
import java.time.Duration;

/**
 * How a reference server is set up.
 *
 * @param issuesKeys whether keys come from {@code POST /keys}
 */
public record Settings(
        Profile profile, Fault fault, Duration retention, boolean rejectsDuplicates, boolean issuesKeys) {
    /** A server with that fault, and everything else as usual. */
    public static Settings of(Profile profile, Fault fault) {
        return new Settings(profile, fault, Duration.ofHours(24), false, false);
    }

    public Settings withRetention(Duration other) {
        return new Settings(profile, fault, other, rejectsDuplicates, issuesKeys);
    }

    public Settings rejecting() {
        return new Settings(profile, fault, retention, true, issuesKeys);
    }

    public Settings issuing() {
        return new Settings(profile, fault, retention, rejectsDuplicates, true);
    }

    boolean has(Fault other) {
        return fault == other;
    }
}
