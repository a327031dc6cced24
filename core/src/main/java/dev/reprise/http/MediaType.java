package dev.reprise.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part of a {@code Content-Type} that says what the bytes mean. */
final class MediaType {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String MULTIPART = "multipart/";
    private static final int LONGEST_BOUNDARY = 70;
    private static final Pattern TYPE = Pattern.compile("[ \\t]*(" + TOKEN + "/" + TOKEN + ")");
    private static final Pattern DISPOSITION = Pattern.compile("[ \\t]*(" + TOKEN + ")");
    /** RFC 9110, section 5.6.6: also none at all between two semicolons. Gives nothing back, so it needs no stack. */
    private static final Pattern PARAMETER = Pattern.compile(
            "[ \\t]*;[ \\t]*(?:(" + TOKEN + ")=(?:(" + TOKEN + ")|\"((?:[^\"\\\\]++|\\\\.)*+)\"))?[ \\t]*");

    /** Types of which no charset is defined: JSON is UTF-8 (RFC 8259, section 8.1), the others are no text. */
    private static final Set<String> WITHOUT_CHARSET = Set.of(
            "application/json",
            "application/json-seq",
            "application/x-ndjson",
            "application/cbor",
            "application/gzip",
            "application/msgpack",
            "application/octet-stream",
            "application/pdf",
            "application/protobuf",
            "application/zip");

    /** What is read as UTF-8 is the same in each of them, or cannot be read. Tomcat writes the last one unless it is told another. */
    private static final Set<String> CHARSETS_OF_JSON = Set.of("utf-8", "utf8", "us-ascii", "iso-8859-1");

    private static final Set<String> KINDS_WITHOUT_CHARSET = Set.of("audio", "font", "image", "video");
    private static final Set<String> STRUCTURES_WITHOUT_CHARSET = Set.of("cbor", "json", "json-seq", "zip");

    private MediaType() {}

    /**
     * The type in lower case with the parameters that count, sorted by name (S11). The boundary of a multipart body does
     * not: it differs from one encoding of the same content to the next. Nor does a charset where none is defined. Two types
     * that mean the same come out equal; what is no media type comes out as it is.
     */
    static String meaning(List<String> contentType) {
        return contentType.size() == 1
                ? meaning(contentType.get(0)).orElseGet(() -> contentType.get(0).strip())
                : String.join("\n", contentType);
    }

    private static Optional<String> meaning(String value) {
        return value.indexOf(';') < 0
                ? Optional.of(value.strip().toLowerCase(Locale.ROOT))
                : parameters(TYPE, value).map(MediaType::written);
    }

    /** A type, and what it says besides. */
    private record Parameterised(String type, Map<String, String> parameters) {}

    /** Reads a value with parameters, none of them twice; nothing if it is none. */
    private static Optional<Parameterised> parameters(Pattern before, String value) {
        Matcher matcher = before.matcher(value);
        if (!matcher.lookingAt()) {
            return Optional.empty();
        }
        String type = matcher.group(1).toLowerCase(Locale.ROOT);
        Map<String, String> parameters = new TreeMap<>();
        int at = matcher.end();
        for (matcher.usePattern(PARAMETER); at < value.length(); at = matcher.end()) {
            if (!matcher.region(at, value.length()).lookingAt()) {
                return value.substring(at).isBlank()
                        ? Optional.of(new Parameterised(type, parameters))
                        : Optional.empty();
            }
            String name = matcher.group(1);
            if (name != null && parameters.put(name.toLowerCase(Locale.ROOT), text(matcher)) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(new Parameterised(type, parameters));
    }

    /** What separates the parts of a multipart body; nothing where the type has none (RFC 2046, section 5.1.1). */
    static Optional<String> boundary(List<String> contentType) {
        return contentType.size() == 1 && essence(contentType).startsWith(MULTIPART)
                ? parameters(TYPE, contentType.get(0))
                        .map(type -> type.parameters().get("boundary"))
                        .filter(boundary -> !boundary.isEmpty() && boundary.length() <= LONGEST_BOUNDARY)
                : Optional.empty();
    }

    /** The name of a part, as its {@code Content-Disposition} says (RFC 7578, section 4.2). */
    static Optional<String> partName(String disposition) {
        return parameters(DISPOSITION, disposition)
                .map(said -> said.parameters().get("name"));
    }

    private static String text(Matcher parameter) {
        String token = parameter.group(2);
        return token == null ? parameter.group(3).replaceAll("\\\\(.)", "$1") : token;
    }

    private static String written(Parameterised said) {
        String type = said.type();
        Map<String, String> parameters = said.parameters();
        if (type.startsWith(MULTIPART)) {
            parameters.remove("boundary");
        }
        if (!hasCharset(type)) {
            parameters.remove("charset");
        }
        StringBuilder meaning = new StringBuilder(type);
        parameters.forEach((name, text) -> meaning.append(';')
                .append(name)
                .append('=')
                .append(Json.quote(name.equals("charset") ? text.toLowerCase(Locale.ROOT) : text)));
        return meaning.toString();
    }

    private static boolean hasCharset(String type) {
        return !WITHOUT_CHARSET.contains(type)
                && !KINDS_WITHOUT_CHARSET.contains(type.substring(0, type.indexOf('/')))
                && !STRUCTURES_WITHOUT_CHARSET.contains(type.substring(type.lastIndexOf('+') + 1));
    }

    /** Whether the content is JSON, or says that it is built on JSON. */
    static boolean isJson(List<String> contentType) {
        String type = essence(contentType);
        return type.equals("application/json") || type.endsWith("+json");
    }

    /** Whether the content is JSON for everybody who reads the type, and nobody reads it in another charset. */
    static boolean isCertainlyJson(List<String> contentType) {
        return contentType.size() == 1
                && isJson(contentType)
                && parameters(TYPE, contentType.get(0))
                        .map(type -> type.parameters().getOrDefault("charset", "utf-8"))
                        .filter(charset -> CHARSETS_OF_JSON.contains(charset.toLowerCase(Locale.ROOT)))
                        .isPresent();
    }

    /** Whether the content is a form in one line. */
    static boolean isForm(List<String> contentType) {
        return essence(contentType).equals("application/x-www-form-urlencoded");
    }

    private static String essence(List<String> contentType) {
        return contentType.isEmpty()
                ? ""
                : contentType.get(0).split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }
}
