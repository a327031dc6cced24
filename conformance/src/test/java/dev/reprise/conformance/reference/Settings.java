package dev.reprise.conformance.reference;

import dev.reprise.conformance.Profile;
import java.time.Duration;
import java.util.Set;

/**
 * How a reference server is set up.
 *
 * @param faults what it does wrong
 * @param issuesKeys whether keys come from {@code POST /keys}
 */
public record Settings(
        Profile profile, Set<Fault> faults, Duration retention, boolean rejectsDuplicates, boolean issuesKeys) {
    public Settings {
        faults = Set.copyOf(faults);
    }

    /** A server with these faults, and everything else as usual. */
    public static Settings of(Profile profile, Fault... faults) {
        return new Settings(profile, Set.of(faults), Duration.ofHours(24), false, false);
    }

    public Settings withRetention(Duration other) {
        return new Settings(profile, faults, other, rejectsDuplicates, issuesKeys);
    }

    public Settings rejecting() {
        return new Settings(profile, faults, retention, true, issuesKeys);
    }

    public Settings issuing() {
        return new Settings(profile, faults, retention, rejectsDuplicates, true);
    }

    boolean has(Fault other) {
        return faults.contains(other);
    }
}
