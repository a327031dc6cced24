package dev.reprise.console.access;

import dev.reprise.console.access.ConsoleSession.Proof;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who has signed in, in the memory of this process: not for longer than the limits, and not more than there is room for; who was here
 * longest ago goes first, and of one user's only their own. They are kept by the hash of their id, so that looking one up tells nothing of another. Thread-safe.
 */
public final class ConsoleSessions {
    private static final int MOST = 1_000;
    /** A browser without cookies begins a session with each request, where somebody else says who sits there. */
    private static final int MOST_OF_ONE = 20;

    private final InstantSource clock;
    private final SecureRandom random;
    private final Duration idle;
    private final Duration longest;
    private final Map<String, ConsoleSession> sessions = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * No sessions yet.
     *
     * @param idle how long somebody may do nothing
     * @param longest how long a session lasts at most
     */
    public ConsoleSessions(InstantSource clock, SecureRandom random, Duration idle, Duration longest) {
        this.clock = clock;
        this.random = random;
        this.idle = idle;
        this.longest = longest;
    }

    /** Begins a session, and returns its id, which nobody has had before. */
    public synchronized String begin(ConsoleUser user, Proof proof) {
        String id = ConsoleToken.random(random);
        Instant now = clock.instant();
        makeRoom(user);
        sessions.put(place(id), new ConsoleSession(user, proof, ConsoleToken.random(random), now, now));
        if (sessions.size() > MOST) {
            String oldest = sessions.keySet().iterator().next();
            sessions.remove(oldest);
        }
        return id;
    }

    private void makeRoom(ConsoleUser user) {
        List<String> own = sessions.entrySet().stream()
                .filter(entry -> entry.getValue().user().equals(user))
                .map(Map.Entry::getKey)
                .toList();
        if (own.size() >= MOST_OF_ONE) {
            sessions.remove(own.getFirst());
        }
    }

    /**
     * The session of that id, if it lasts.
     *
     * @param active whether somebody does something; a page that only looks again by itself does not make it last
     */
    public synchronized Optional<ConsoleSession> find(String id, boolean active) {
        String place = place(id);
        ConsoleSession session = sessions.get(place);
        if (session == null) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        if (!now.isBefore(session.seen().plus(idle))
                || !now.isBefore(session.since().plus(longest))) {
            sessions.remove(place);
            return Optional.empty();
        }
        if (!active) {
            return Optional.of(session);
        }
        ConsoleSession seen = session.seenAt(now);
        sessions.put(place, seen);
        return Optional.of(seen);
    }

    /** Ends the session of that id, if there is one. */
    public synchronized void end(String id) {
        sessions.remove(place(id));
    }

    private static String place(String id) {
        return HexFormat.of().formatHex(ConsoleToken.hash(id));
    }
}
