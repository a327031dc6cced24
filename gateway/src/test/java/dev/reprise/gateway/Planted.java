package dev.reprise.gateway;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Something secret, to be looked for everywhere. It is random, so that nothing has it by chance.
 *
 * @param name what it is
 * @param text as it is sent or typed
 * @param home where it belongs
 */
record Planted(String name, String text, Set<Place> home) {
    /** Shorter than the shortest beginning that would help somebody. */
    private static final int PIECE = 12;

    Planted {
        home = Set.copyOf(home);
    }

    /** A new one: 256 bits in characters that need no escape anywhere. */
    static Planted anew(String name, Place... home) {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return new Planted(name, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes), Set.of(home));
    }

    /** The key of encryption that it stands for. */
    String asKey() {
        return Base64.getEncoder().encodeToString(bytes());
    }

    private byte[] bytes() {
        return Base64.getUrlDecoder().decode(text);
    }

    /**
     * Whether it is there, or a piece of it: as it is, in Base64, in hexadecimal digits, or as the bytes that it stands for.
     *
     * @param comparable where, as {@link Places#comparable} makes it
     */
    boolean isIn(String comparable) {
        return pieces().map(Places::comparable).anyMatch(comparable::contains);
    }

    private Stream<String> pieces() {
        int middle = (text.length() - PIECE) / 2;
        return Stream.of(
                text.substring(0, PIECE),
                text.substring(middle, middle + PIECE),
                text.substring(text.length() - PIECE),
                inBase64("behind:" + text),
                inBase64("behind::" + text),
                inBase64("behind:::" + text),
                HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8), middle, middle + PIECE),
                HexFormat.of().formatHex(bytes(), 0, PIECE),
                new String(bytes(), 0, PIECE, StandardCharsets.ISO_8859_1));
    }

    /** Out of the middle, which does not depend on what is before and behind it but for its place. */
    private static String inBase64(String surrounded) {
        String whole = Base64.getEncoder().encodeToString(surrounded.getBytes(StandardCharsets.UTF_8));
        return whole.substring(16, 16 + 2 * PIECE);
    }

    /** It stays out of what a failing test says, too. */
    @Override
    public String toString() {
        return name;
    }
}
