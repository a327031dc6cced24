package dev.reprise.console.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The sign-ins that have begun and not ended, in the memory of this process: for ten minutes, and not more than there is room for; the
 * oldest goes first. Each belongs to the browser that has its id, and ends once. Thread-safe.
 */
public final class PendingSignIns {
    /** How long somebody may take. */
    public static final Duration LIFE = Duration.ofMinutes(10);

    private static final int MOST = 1_000;

    private final InstantSource clock;
    private final SecureRandom random;
    private final Map<String, Begun> begun = new LinkedHashMap<>();

    private record Begun(PendingSignIn signIn, Instant until) {}

    /** None yet. */
    public PendingSignIns(InstantSource clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /** Keeps one, and returns the id by which its browser shows that it is its own. */
    public synchronized String keep(PendingSignIn signIn) {
        String id = ConsoleToken.random(random);
        begun.put(place(id), new Begun(signIn, clock.instant().plus(LIFE)));
        if (begun.size() > MOST) {
            String oldest = begun.keySet().iterator().next();
            begun.remove(oldest);
        }
        return id;
    }

    /**
     * The sign-in of that browser, if it lasts and that is its state; it is gone then. With another state it stays, or any page could end it
     * by sending the browser here.
     */
    public synchronized Optional<PendingSignIn> take(String id, String state) {
        String place = place(id);
        Begun found = begun.get(place);
        if (found == null || !same(found.signIn().state(), state)) {
            return Optional.empty();
        }
        begun.remove(place);
        return clock.instant().isBefore(found.until()) ? Optional.of(found.signIn()) : Optional.empty();
    }

    private static boolean same(String expected, String shown) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
    }

    private static String place(String id) {
        return HexFormat.of().formatHex(ConsoleToken.hash(id));
    }
}
