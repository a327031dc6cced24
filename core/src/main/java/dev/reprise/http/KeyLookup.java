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
 * @param required whether a body in which no key can be found is refused because of what it has in its place
 * @param longestBody the longest body that is unfolded from its content codings, in bytes
 */
record KeyLookup(
        List<KeyLocation> sources, Function<List<String>, KeyField> header, boolean required, int longestBody) {
    /** What the head says. */
    KeyField inHead(RequestView request) {
        KeyField found = new KeyField.Absent();
        for (KeyLocation source : sources) {
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

    private static boolean mayBeInBody(KeyLocation source, RequestView request) {
        return switch (source.place()) {
            case HEADER, QUERY -> false;
            case JSON -> MediaType.isJson(request.header("Content-Type"));
            case FORM -> MediaType.isForm(request.header("Content-Type"));
        };
    }

    /** What the head has said and the body says. */
    KeyField withBody(KeyField inHead, RequestView request, byte[] body) {
        KeyField found = inHead;
        KeyField inItsPlace = new KeyField.Absent();
        for (KeyLocation source : sources) {
            if (mayBeInBody(source, request)) {
                switch (inBody(source, request, body)) {
                    case InBody.Key(KeyField key) -> found = agreed(found, key);
                    case InBody.Other(String detail) -> inItsPlace = new KeyField.Malformed(detail);
                }
            }
        }
        return required && found instanceof KeyField.Absent ? inItsPlace : found;
    }

    /** What a body has in a place of the key. */
    private sealed interface InBody {
        /** A key, a text that ought to be one, or nothing. */
        record Key(KeyField field) implements InBody {}

        /** Something that nobody can take for a key, which is no reason to refuse a request that needs none. */
        record Other(String detail) implements InBody {}
    }

    private InBody inBody(KeyLocation source, RequestView request, byte[] body) {
        Optional<byte[]> content = ContentCodings.text(request, body, longestBody);
        if (content.isEmpty()) {
            return new InBody.Other("The content coding of the body cannot be read, and its key is in it");
        }
        return source.place() == KeyLocation.Place.JSON
                ? inJson(source, content.get())
                : new InBody.Key(KeyField.parseValues(FormFields.all(content.get(), source.name())));
    }

    private static InBody inJson(KeyLocation source, byte[] body) {
        if (body.length == 0) {
            return new InBody.Key(new KeyField.Absent());
        }
        Optional<Json> json = JsonReader.readWithRepetitions(body);
        if (json.isEmpty()) {
            return new InBody.Other("The body is not JSON that can be read in only one way, and its key is in it");
        }
        return json.get()
                .at(source.name())
                .map(value -> inJson(source, value))
                .orElseGet(() -> new InBody.Key(new KeyField.Absent()));
    }

    private static InBody inJson(KeyLocation source, Json value) {
        return switch (value) {
            case Json.Text(String text) -> new InBody.Key(KeyField.parseValues(List.of(text)));
            case Json.Repeated ignored ->
                new InBody.Key(new KeyField.Malformed("There is more than one of " + source + "; send it once"));
            case Json.Word(String word) when word.equals("null") -> new InBody.Key(new KeyField.Absent());
            case Json.Word ignored -> new InBody.Other("The key in " + source + " is not a text");
            case Json.Numeral ignored -> new InBody.Other("The key in " + source + " is not a text");
            case Json.Members ignored -> new InBody.Other("The key in " + source + " is not a text");
            case Json.Elements ignored -> new InBody.Other("The key in " + source + " is not a text");
        };
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
        return sources.stream().map(KeyLocation::toString).collect(Collectors.joining(" or "));
    }
}
