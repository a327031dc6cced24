package dev.reprise.conformance;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that a check found, of an API or of a client.
 *
 * @param subject what was checked, as people call it
 * @param uri where the API is, or where the client was sent
 * @param profile the dialect of the API; null for a client
 * @param obstacle why the target cannot be checked; null if it could be
 * @param headline what matters more than any single case; null if there is no such thing
 * @param observations what the first requests showed, before anything was judged
 * @param requests how many requests were sent
 * @param results in the order of the cases; empty if there is an obstacle
 */
public record Report(
        String subject,
        URI uri,
        @Nullable Profile profile,
        Instant started,
        Duration took,
        int requests,
        @Nullable String obstacle,
        @Nullable String headline,
        List<String> observations,
        List<CaseResult> results) {
    public Report {
        Objects.requireNonNull(subject);
        Objects.requireNonNull(uri);
        Objects.requireNonNull(started);
        Objects.requireNonNull(took);
        observations = List.copyOf(observations);
        results = List.copyOf(results);
    }

    /** What kind of thing was checked: the profile of an API, or a client. */
    public String kind() {
        return profile == null ? "client" : profile.label();
    }

    /** The cases that failed and that somebody who asks for the level wants to hear of. */
    public List<CaseResult> findings(Level level) {
        return results.stream()
                .filter(result -> result.failed() && level.includes(result.level()))
                .toList();
    }

    /** How many cases ended so. */
    public long count(Class<? extends Verdict> kind) {
        return results.stream()
                .filter(result -> kind.isInstance(result.verdict()))
                .count();
    }
}
