package dev.reprise.http;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds the key of a request in the places where it may be; two places that disagree have none (S3).
 *
 * @param sources the places
 * @param header reads the lines of a header field
 */
record KeyLookup(List<KeySource> sources, Function<List<String>, KeyField> header) {
    /** What the head says. */
    KeyField inHead(RequestView request) {
        KeyField found = new KeyField.Absent();
        for (KeySource source : sources) {
            found = agreed(
                    found,
                    switch (source.place()) {
                        case HEADER -> header.apply(request.header(source.name()));
                        case QUERY -> KeyField.parseValues(FormFields.all(request.query(), source.name()));
                        case JSON, FORM -> new KeyField.Absent();
                    });
        }
        return found;
    }

    /** Whether the body may hold a key, going by its media type. */
    boolean mayBeInBody(RequestView request) {
        return sources.stream().anyMatch(source -> mayBeInBody(source, request));
    }

    private static boolean mayBeInBody(KeySource source, RequestView request) {
        return switch (source.place()) {
            case HEADER, QUERY -> false;
            case JSON -> MediaType.isJson(request.header("Content-Type"));
            case FORM -> MediaType.isForm(request.header("Content-Type"));
        };
    }

    /** What the head has said and the body says. */
    KeyField withBody(KeyField inHead, RequestView request, byte[] body) {
        KeyField found = inHead;
        for (KeySource source : sources) {
            if (mayBeInBody(source, request)) {
                found = agreed(
                        found, source.place() == KeySource.Place.JSON ? inJson(source, body) : inForm(source, body));
            }
        }
        return found;
    }

    private static KeyField inForm(KeySource source, byte[] body) {
        return KeyField.parseValues(FormFields.all(body, source.name()));
    }

    private static KeyField inJson(KeySource source, byte[] body) {
        Optional<Json> json = JsonReader.read(body);
        if (json.isEmpty()) {
            return new KeyField.Malformed(
                    "The body is not JSON that can be read in only one way, and its key is in it");
        }
        return json.get()
                .at(source.name())
                .map(value -> value instanceof Json.Text text
                        ? KeyField.parseValues(List.of(text.value()))
                        : new KeyField.Malformed("The key in " + source + " is not a text"))
                .orElseGet(KeyField.Absent::new);
    }

    private static KeyField agreed(KeyField one, KeyField other) {
        if (one instanceof KeyField.Absent || other instanceof KeyField.Malformed) {
            return one instanceof KeyField.Malformed ? one : other;
        }
        return other instanceof KeyField.Absent || one.equals(other) || one instanceof KeyField.Malformed
                ? one
                : new KeyField.Malformed("The request has two different keys");
    }

    /** The places in words, for a caller that has sent none. */
    @Override
    public String toString() {
        return sources.stream().map(KeySource::toString).collect(Collectors.joining(" or "));
    }
}
