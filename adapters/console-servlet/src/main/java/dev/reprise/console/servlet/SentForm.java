package dev.reprise.console.servlet;

import dev.reprise.console.Console;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The form of a request, undecoded. */
final class SentForm {
    private SentForm() {}

    /**
     * Reads it; null if it is longer than {@link Console#LONGEST_FORM}.
     *
     * @throws IllegalArgumentException if it cannot be read
     */
    static @Nullable String read(HttpServletRequest request) throws IOException {
        if (!request.getMethod().equals("POST")) {
            return "";
        }
        if (request.getContentLengthLong() > Console.LONGEST_FORM) {
            return null;
        }
        byte[] bytes = request.getInputStream().readNBytes(Console.LONGEST_FORM + 1);
        if (bytes.length > Console.LONGEST_FORM) {
            return null;
        }
        return bytes.length == 0 ? readBefore(request) : new String(bytes, StandardCharsets.UTF_8);
    }

    /** A filter in front may have asked for a parameter, as one for methods in forms does. Then the body is gone, and parameters are left. */
    private static String readBefore(HttpServletRequest request) {
        Map<String, Integer> inQuery = namesIn(request.getQueryString());
        StringJoiner form = new StringJoiner("&");
        // Those of the query come first.
        request.getParameterMap().forEach((name, values) -> {
            for (int i = inQuery.getOrDefault(name, 0); i < values.length; i++) {
                form.add(encoded(name) + "=" + encoded(values[i]));
            }
        });
        return form.toString();
    }

    /** How often each name is in the query. */
    private static Map<String, Integer> namesIn(@Nullable String query) {
        Map<String, Integer> names = new HashMap<>();
        if (query != null) {
            for (String pair : query.split("&", -1)) {
                String name = pair.split("=", 2)[0];
                names.merge(URLDecoder.decode(name, StandardCharsets.UTF_8), 1, Integer::sum);
            }
        }
        return names;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
