package dev.reprise.servlet;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header fields of a response by their names, without the length of its body, which is recomputed. */
final class ResponseFields {
    private static final String CONTENT_TYPE = "Content-Type";
    private static final String CONTENT_LENGTH = "Content-Length";
    private static final Pattern UNSENDABLE = Pattern.compile("[\r\n\0]");

    private final Map<String, List<String>> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private ResponseFields() {}

    /** What is set on the response now. */
    static ResponseFields of(HttpServletResponse response) {
        ResponseFields fields = new ResponseFields();
        for (String name : response.getHeaderNames()) {
            fields.values.putIfAbsent(name, List.copyOf(response.getHeaders(name)));
        }
        // Not every container counts it among the fields.
        String type = response.getContentType();
        if (type != null) {
            fields.values.putIfAbsent(CONTENT_TYPE, List.of(type));
        }
        fields.values.remove(CONTENT_LENGTH);
        return fields;
    }

    static ResponseFields of(Headers headers) {
        ResponseFields fields = new ResponseFields();
        headers.forEach((name, value) ->
                fields.values.computeIfAbsent(name, n -> new ArrayList<>(1)).add(value));
        fields.values.remove(CONTENT_LENGTH);
        return fields;
    }

    /** Changes what is set on the response now. */
    static void change(HttpServletResponse response, UnaryOperator<Response> change) {
        ResponseFields present = of(response);
        Headers before = present.toCore();
        Headers after = change.apply(new Response(HttpServletResponse.SC_OK, before, Body.EMPTY))
                .headers();
        if (!after.equals(before)) {
            of(after).replace(present, response);
        }
    }

    /** These fields without those that are the same in the others. */
    ResponseFields without(ResponseFields others) {
        ResponseFields rest = new ResponseFields();
        values.forEach((name, list) -> {
            if (!list.equals(others.values.get(name))) {
                rest.values.put(name, list);
            }
        });
        return rest;
    }

    /** Those of these fields whose names are among the others. */
    ResponseFields namedAs(ResponseFields others) {
        ResponseFields found = new ResponseFields();
        found.values.putAll(values);
        found.values.keySet().retainAll(others.values.keySet());
        return found;
    }

    /** These fields, and those of the others whose names are not among them. */
    ResponseFields orElse(ResponseFields others) {
        ResponseFields all = new ResponseFields();
        all.values.putAll(others.values);
        all.values.putAll(values);
        return all;
    }

    Headers toCore() {
        Headers.Builder headers = Headers.builder();
        values.forEach((name, list) -> list.forEach(value -> headers.add(name, sendable(value))));
        return headers.build();
    }

    /** What a container makes of a value that cannot be sent. */
    private static String sendable(String value) {
        return UNSENDABLE.matcher(value).replaceAll(" ");
    }

    /** Sets these fields in place of those that are present on the response; what is the same is left alone. */
    void replace(ResponseFields present, HttpServletResponse response) {
        for (String name : present.values.keySet()) {
            if (!values.containsKey(name)) {
                set(response, name, null);
            }
        }
        without(present).values.forEach((name, list) -> {
            set(response, name, list.get(0));
            list.stream().skip(1).forEach(value -> response.addHeader(name, value));
        });
    }

    private static void set(HttpServletResponse response, String name, @Nullable String value) {
        if (name.equalsIgnoreCase(CONTENT_TYPE)) {
            // Or else the charset of another type would be added.
            response.setCharacterEncoding((String) null);
            response.setContentType(value);
        } else {
            response.setHeader(name, value);
        }
    }
}
