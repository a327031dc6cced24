package dev.reprise.console.access;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The name by which the audit knows a user of the application. */
final class AuditName {
    private static final Pattern UNSHOWN = Pattern.compile("[^\\x21-\\x24\\x26-\\x7e\\x{a1}-\\x{fffd}]");

    private AuditName() {}

    /** Blanks and what cannot be shown are escaped as in a URL, so that two names stay two. */
    static String of(String name) {
        return UNSHOWN.matcher(name).replaceAll(found -> escaped(found.group()));
    }

    private static String escaped(String character) {
        return URLEncoder.encode(character, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
