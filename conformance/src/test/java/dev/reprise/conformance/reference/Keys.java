package dev.reprise.conformance.reference;

import dev.reprise.conformance.Profile;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and issues keys. */
final class Keys {
    static final Duration LIFETIME = Duration.ofSeconds(3);
    static final String FIRST_SENT = "Repeatability-First-Sent";
    private static final Pattern STRING = Pattern.compile("\"((?:[ -~&&[^\"\\\\]]|\\\\[\"\\\\])*)\"(;.*)?");
    private static final Pattern BARE = Pattern.compile("[!-~&&[^\",;]]*");
    private static final Pattern VISIBLE = Pattern.compile("[!-~]*");

    private final Settings settings;
    private final Map<String, Issued> issued = new ConcurrentHashMap<>();

    /** To whom a key was issued, and when by {@link System#nanoTime}. */
    private record Issued(String to, long at) {}

    Keys(Settings settings) {
        this.settings = settings;
    }

    /** What the fields of a request say. */
    sealed interface Parsed {
        record Absent() implements Parsed {}

        record Malformed() implements Parsed {}

        record TooOld() implements Parsed {}

        record Present(String key) implements Parsed {}
    }

    String issue(String caller) {
        String key = UUID.randomUUID().toString();
        issued.put(key, new Issued(caller, System.nanoTime()));
        return key;
    }

    Parsed parse(In request) {
        String header = settings.profile().keyHeader();
        List<String> lines = settings.has(Fault.FIELD_NAME_IS_CASE_SENSITIVE)
                ? request.fields().stream()
                        .filter(field -> field.name().equals(header))
                        .map(dev.reprise.conformance.Field::value)
                        .toList()
                : request.all(header);
        if (settings.profile() == Profile.OASIS) {
            Parsed date = date(request, lines);
            if (!(date instanceof Parsed.Present)) {
                return date;
            }
        }
        if (lines.isEmpty()) {
            return new Parsed.Absent();
        }
        if (lines.size() > 1 && !settings.has(Fault.ACCEPTS_TWO_KEY_LINES)) {
            return new Parsed.Malformed();
        }
        if (settings.has(Fault.TAKES_ANY_KEY)) {
            return new Parsed.Present(lines.getFirst());
        }
        Parsed parsed = value(lines.getFirst().strip());
        return parsed instanceof Parsed.Present present && !mayBe(present.key(), request.first("Authorization"))
                ? new Parsed.Malformed()
                : parsed;
    }

    private boolean mayBe(String key, String caller) {
        return !key.isEmpty()
                && (key.length() <= 255 || settings.has(Fault.ACCEPTS_LONG_KEYS))
                && (!settings.issuesKeys() || settings.has(Fault.ACCEPTS_FORGED_KEYS) || wasIssued(key, caller));
    }

    private boolean wasIssued(String key, String caller) {
        Issued known = issued.get(key);
        return known != null
                && (known.to().equals(caller) || settings.has(Fault.ACCEPTS_KEYS_OF_OTHERS))
                && (System.nanoTime() - known.at() < LIFETIME.toNanos() || settings.has(Fault.ACCEPTS_EXPIRED_KEYS));
    }

    private Parsed value(String line) {
        if (settings.profile() != Profile.IETF) {
            return VISIBLE.matcher(line).matches() ? present(line) : new Parsed.Malformed();
        }
        if (!line.startsWith("\"")) {
            return BARE.matcher(line).matches() ? present(line) : new Parsed.Malformed();
        }
        Matcher matcher = STRING.matcher(line);
        if (!matcher.matches()) {
            return new Parsed.Malformed();
        }
        String key = matcher.group(1).replaceAll("\\\\(.)", "$1");
        return present(key.isEmpty() || !settings.has(Fault.QUOTED_KEY_IS_ANOTHER) ? key : line);
    }

    private Parsed present(String key) {
        String same = settings.has(Fault.STRIPS_QUOTES) ? key.replace("\"", "") : key;
        return new Parsed.Present(settings.has(Fault.IGNORES_CASE_OF_KEYS) ? same.toLowerCase(Locale.ROOT) : same);
    }

    private Duration memory() {
        return settings.has(Fault.EXECUTES_WHAT_IT_HAS_FORGOTTEN) ? Duration.ofHours(24) : settings.retention();
    }

    /** Present if the time of first use is in order. */
    private Parsed date(In request, List<String> keys) {
        List<String> dates = request.all(FIRST_SENT);
        if (keys.isEmpty() && dates.isEmpty()) {
            return new Parsed.Absent();
        }
        Parsed fine = new Parsed.Present("");
        if (keys.isEmpty() || dates.isEmpty()) {
            return settings.has(Fault.ACCEPTS_ONE_OF_TWO_HEADERS)
                    ? keys.isEmpty() ? new Parsed.Absent() : fine
                    : new Parsed.Malformed();
        }
        try {
            Instant sent = DateTimeFormatter.RFC_1123_DATE_TIME.parse(dates.getFirst(), Instant::from);
            boolean old = sent.isBefore(Instant.now().minus(memory()));
            return old && !settings.has(Fault.ACCEPTS_OLD_REQUESTS) ? new Parsed.TooOld() : fine;
        } catch (DateTimeException e) {
            return settings.has(Fault.ACCEPTS_BAD_DATES) ? fine : new Parsed.Malformed();
        }
    }
}
