package dev.reprise.console;

import dev.reprise.console.access.ConsoleUser;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request to the console, as whatever server it is mounted in gives it.
 *
 * @param method the method
 * @param path what follows the place where the console is mounted, undecoded: {@code /} or {@code /operations}
 * @param query what follows the question mark, undecoded; null if nothing does
 * @param form the body of a POST, undecoded; empty for others. Whoever reads it keeps to {@link Console#LONGEST_FORM}
 * @param header gives the value of a field, in whatever case its name is given; null if it is not there
 * @param remote the IP address of who has connected
 * @param tls whether it came by TLS, as far as the server knows
 * @param user whom the server itself has authenticated; null if it has nobody. It is believed, so it never comes from what somebody sends
 */
public record ConsoleRequest(
        String method,
        String path,
        @Nullable String query,
        String form,
        Function<String, @Nullable String> header,
        String remote,
        boolean tls,
        @Nullable ConsoleUser user) {
    /** Addresses of version 6 lose the brackets and the zone with which some servers write them. */
    public ConsoleRequest {
        remote = remote.replaceAll("[\\[\\]]|%.*", "");
    }

    /** From a server that knows nothing of TLS, and authenticates nobody. */
    public ConsoleRequest(
            String method,
            String path,
            @Nullable String query,
            String form,
            Function<String, @Nullable String> header,
            String remote) {
        this(method, path, query, form, header, remote, false, null);
    }

    /**
     * What a field says that came with these values; null if it says nothing. One that is there twice does not: one of them may be the browser's
     * own. Cookies may come in several.
     *
     * @param name as {@link #header} is asked for it
     */
    public static @Nullable String said(String name, List<String> values) {
        if (values.isEmpty() || (values.size() > 1 && !name.equals("Cookie"))) {
            return null;
        }
        return String.join("; ", values);
    }

    /** The value of a field; empty if it is not there. */
    String field(String name) {
        String value = header.apply(name);
        return value == null ? "" : value;
    }

    /** The value of the cookie of that name; null if there is none. */
    @Nullable
    String cookie(String name) {
        for (String pair : field("Cookie").split(";", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                return pair.substring(equals + 1).strip();
            }
        }
        return null;
    }

    /** Whether htmx asks, which takes a redirect for its own. */
    boolean isPartial() {
        return field("HX-Request").equals("true");
    }

    /** Queries, forms and cookies stay out of logs. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
