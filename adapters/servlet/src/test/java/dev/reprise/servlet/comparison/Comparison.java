package dev.reprise.servlet.comparison;

import dev.reprise.servlet.Container;
import java.io.IOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What one row comes to without the filter and with it. */
final class Comparison {
    private final Row row;
    private final Host.Observed plain;
    private final Host.Observed first;
    private final Host.Observed retry;

    private Comparison(Row row, Host.Observed plain, Host.Observed first, Host.Observed retry) {
        this.row = row;
        this.plain = plain;
        this.first = first;
        this.retry = retry;
    }

    /** Runs a row once without the filter, and twice with it. */
    static Comparison of(Row row, Host without, Host with) throws IOException {
        String key = UUID.randomUUID().toString();
        return new Comparison(row, without.run(row, key), with.run(row, key), with.run(row, key));
    }

    /** What differs. */
    Set<Aspect> differences() {
        Map<Aspect, String> expected = aspects(plain);
        Map<Aspect, String> actual = aspects(first);
        Set<Aspect> differences = EnumSet.noneOf(Aspect.class);
        for (Aspect aspect : expected.keySet()) {
            if (!Objects.equals(expected.get(aspect), actual.get(aspect))) {
                differences.add(aspect);
            }
        }
        String length = plain.reply().length();
        if (!differences.contains(Aspect.BODY)
                && !length.isEmpty()
                && !length.equals(first.reply().length())) {
            differences.add(Aspect.LENGTH);
        }
        if (wrongRetry() != null) {
            differences.add(Aspect.RETRY);
        }
        return differences;
    }

    private static Map<Aspect, String> aspects(Host.Observed observed) {
        Map<Aspect, String> aspects = new EnumMap<>(observed.reply().aspects());
        aspects.put(Aspect.SEEN, observed.seen() + "\ncalls: " + observed.calls());
        return aspects;
    }

    /** What is wrong with what a retry got, by what the row says or else by the first answer. */
    private @Nullable String wrongRetry() {
        Row.Retry expected = row.retry();
        if (expected != null) {
            Row.Retry actual = retry.calls() > 0
                    ? Row.Retry.EXECUTED
                    : retry.reply().isUnknown()
                            ? Row.Retry.UNKNOWN
                            : retry.reply().isWithoutBody() ? Row.Retry.WITHOUT_BODY : null;
            return actual == expected ? null : "expected " + expected + ", but it is " + actual;
        }
        if (retry.calls() > 0) {
            return first.reply().isRefusal() ? null : "executed again";
        }
        if (retry.reply().isUnknown() && first.reply().isFailure()) {
            return null;
        }
        if (!retry.reply().isReplay()) {
            return "no replay";
        }
        return retry.reply().replayable().equals(first.reply().replayable()) ? null : "replayed differently";
    }

    /** The differences as a person reads them. */
    String describe(Container container) {
        Map<Aspect, String> expected = aspects(plain);
        Map<Aspect, String> actual = aspects(first);
        expected.put(Aspect.LENGTH, plain.reply().length());
        actual.put(Aspect.LENGTH, first.reply().length());
        return differences().stream()
                .map(aspect -> aspect == Aspect.RETRY
                        ? "  RETRY: " + wrongRetry() + "\n    first: "
                                + first.reply().replayable() + "\n    retry: "
                                + retry.reply().replayable()
                        : "  " + aspect + "\n    without: " + shortened(expected.get(aspect)) + "\n    with:    "
                                + shortened(actual.get(aspect)))
                .collect(Collectors.joining("\n", container + " " + row + "\n", ""));
    }

    private static String shortened(@Nullable String text) {
        String whole = String.valueOf(text).replace("\n", "\n             ");
        return whole.length() > 1_000 ? whole.substring(0, 1_000) + "..." : whole;
    }
}
