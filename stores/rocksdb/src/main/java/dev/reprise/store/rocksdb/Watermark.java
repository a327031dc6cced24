package dev.reprise.store.rocksdb;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * How far a database is known to have been durable, noted outside it. A database that does not reach as far has lost
 * records.
 *
 * @param opening how many times the store was opened
 * @param change the number of the last durable change, as RocksDB counts them
 * @param manifest which manifest RocksDB wrote, its list of files
 * @param manifestBytes how long that was; it only grows
 * @param origin when the files came to where they are, by the file system, in milliseconds: a copy came later. 0 if the file
 *     system does not tell
 */
record Watermark(long opening, long change, long manifest, long manifestBytes, long origin) {
    /** Of a store that was never opened. */
    static final Watermark NONE = new Watermark(0, 0, 0, 0, 0);

    private static final int DIGITS = 18;
    private static final Pattern LINE = Pattern.compile(
            "opening (\\d{18}), change (\\d{18}), manifest (\\d{18}) of (\\d{18}) bytes, origin (\\d{18})\n");

    boolean isNone() {
        return opening == 0;
    }

    /** Always of the same length, so that one can be written over another. */
    String line() {
        StringBuilder line = new StringBuilder(160);
        digits(line.append("opening "), opening);
        digits(line.append(", change "), change);
        digits(line.append(", manifest "), manifest);
        digits(line.append(" of "), manifestBytes);
        digits(line.append(" bytes, origin "), origin);
        return line.append('\n').toString();
    }

    private static void digits(StringBuilder line, long number) {
        String digits = Long.toString(number);
        line.repeat('0', DIGITS - digits.length()).append(digits);
    }

    /** What a line says; nothing if it is damaged. */
    static Optional<Watermark> parse(String line) {
        return LINE.matcher(line)
                .results()
                .filter(match -> match.group().equals(line))
                .map(match -> new Watermark(
                        number(match, 1), number(match, 2), number(match, 3), number(match, 4), number(match, 5)))
                .findFirst();
    }

    private static long number(MatchResult match, int group) {
        return Long.parseLong(match.group(group));
    }
}
