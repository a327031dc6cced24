package dev.reprise.http;

import java.util.Random;

/** Texts drawn at random, the same ones for the same seed. */
final class RandomText {
    private final Random random;

    RandomText(long seed) {
        random = new Random(seed);
    }

    /** Up to that many characters of the alphabet. */
    String of(String alphabet, int longest) {
        return random.ints(random.nextInt(longest + 1), 0, alphabet.length())
                .mapToObj(i -> alphabet.substring(i, i + 1))
                .reduce("", String::concat);
    }

    /** Characters from the first to the last one. */
    String between(char first, char last, int shortest, int longest) {
        StringBuilder text = new StringBuilder();
        random.ints(random.nextInt(shortest, longest + 1), first, last + 1).forEach(c -> text.append((char) c));
        return text.toString();
    }

    /** A number from 0 on, below the bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }
}
