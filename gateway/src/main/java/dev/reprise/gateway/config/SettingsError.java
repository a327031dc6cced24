package dev.reprise.gateway.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonPointer;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidNullException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** What is wrong with a settings file, in one line: where, which setting, and what would be right. */
final class SettingsError {
    private static final Pattern MARK = Pattern.compile("\\bline (\\d+)");
    private static final Pattern TWICE = Pattern.compile("Duplicate Object property (\".*\")");

    private SettingsError() {}

    /** Continues a line that begins with the name of the file. */
    static String describe(String text, JacksonException error) {
        if (error instanceof StreamReadException broken) {
            return syntax(broken);
        }
        int line = line(text, pointer(error.getPath()), -1);
        List<JacksonException.Reference> path = error.getPath();
        if (error instanceof UnrecognizedPropertyException unknown) {
            String inside = where(path.subList(0, Math.max(0, path.size() - 1)));
            return place(line) + inside + unknown(unknown.getPropertyName(), unknown.getKnownPropertyIds());
        }
        return place(line) + where(path) + reason(error);
    }

    /** What is wrong with a text that is not YAML, has no settings, one without a value, or more than one document. */
    static Optional<String> requireValues(String text) {
        try (JsonParser tokens = SettingsFile.tokens(text)) {
            JsonToken first = tokens.nextToken();
            if (first == null
                    || (first.isScalarValue() && tokens.getValueAsString("").isEmpty())) {
                return Optional.of(": there are no settings in this file; docs/gateway.yaml has them all");
            }
            int documents = 0;
            for (JsonToken token = first; token != null; token = tokens.nextToken()) {
                if (token == JsonToken.VALUE_NULL) {
                    return Optional.of(place(tokens.currentTokenLocation().getLineNr())
                            + where(tokens.streamReadContext().pathAsPointer())
                            + "expected a value here; leave the name out if there is nothing to say");
                }
                if (token == JsonToken.START_OBJECT
                        && tokens.streamReadContext().getParent().inRoot()
                        && ++documents > 1) {
                    return Optional.of(place(tokens.currentTokenLocation().getLineNr())
                            + "a second document begins here; settings are in one");
                }
            }
        } catch (StreamReadException e) {
            return Optional.of(syntax(e));
        }
        return Optional.empty();
    }

    private static String where(JsonPointer pointer) {
        StringBuilder where = new StringBuilder();
        for (JsonPointer step = pointer; !step.matches(); step = step.tail()) {
            if (step.mayMatchElement()) {
                where.append('[').append(step.getMatchingIndex() + 1).append(']');
            } else {
                where.append(where.isEmpty() ? "" : ".").append(step.getMatchingProperty());
            }
        }
        return where.isEmpty() ? "" : where + ": ";
    }

    /** The line on which the setting begins, or that of what is around it; 0 if the file does not have it. */
    static int lineOf(String text, String setting) {
        return line(text, JsonPointer.compile(setting), 0);
    }

    private static String place(int line) {
        return (line > 0 ? ":" + line : "") + ": ";
    }

    /** The parser tells on several lines what it was at, where that began, and what it found instead and where. */
    private static String syntax(StreamReadException error) {
        String message = error.getOriginalMessage();
        Matcher twice = TWICE.matcher(message);
        if (twice.find()) {
            return ":" + error.getLocation().getLineNr() + ": the setting " + twice.group(1) + " is there twice";
        }
        List<Integer> lines = MARK.matcher(message)
                .results()
                .map((MatchResult mark) -> Integer.valueOf(mark.group(1)))
                .toList();
        String problem = message.lines()
                .filter(part -> !part.isBlank() && !Character.isWhitespace(part.charAt(0)))
                .collect(Collectors.joining(", "));
        int first = lines.isEmpty() ? error.getLocation().getLineNr() : lines.get(0);
        int last = lines.isEmpty() ? first : lines.get(lines.size() - 1);
        return ":" + first + ": this is not YAML: " + problem + (last == first ? "" : " in line " + last);
    }

    private static String reason(JacksonException error) {
        for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalArgumentException && cause.getMessage() != null) {
                return cause.getMessage();
            }
        }
        if (error instanceof InvalidNullException) {
            return "expected a value here";
        }
        if (error instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            return expected(mismatch.getTargetType());
        }
        return error.getOriginalMessage().lines().findFirst().orElse("");
    }

    private static String expected(Class<?> type) {
        if (Collection.class.isAssignableFrom(type)) {
            return "expected a list here, in brackets or with a hyphen before each element";
        }
        return type.getPackageName().equals(SettingsError.class.getPackageName())
                ? "expected settings here, each as name: value"
                : "expected one value here";
    }

    private static String unknown(String name, Collection<Object> known) {
        List<String> names = known.stream().map(Object::toString).sorted().toList();
        Optional<String> nearest = names.stream()
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .filter(candidate -> distance(name, candidate) <= Math.max(2, name.length() / 2))
                .or(() -> names.stream()
                        .filter(candidate -> candidate.startsWith(name))
                        .findFirst());
        return "there is no setting \"" + name + "\" here; "
                + nearest.map(candidate -> "did you mean \"" + candidate + "\"?")
                        .orElseGet(() -> "there are " + String.join(", ", names));
    }

    private static String where(List<JacksonException.Reference> path) {
        StringBuilder where = new StringBuilder();
        for (JacksonException.Reference step : path) {
            if (step.getPropertyName() != null) {
                where.append(where.isEmpty() ? "" : ".").append(step.getPropertyName());
            } else {
                where.append('[').append(step.getIndex() + 1).append(']');
            }
        }
        return where.isEmpty() ? "" : where + ": ";
    }

    private static JsonPointer pointer(List<JacksonException.Reference> path) {
        JsonPointer pointer = JsonPointer.empty();
        for (JacksonException.Reference step : path) {
            pointer = step.getPropertyName() != null
                    ? pointer.appendProperty(step.getPropertyName())
                    : pointer.appendIndex(step.getIndex());
        }
        return pointer;
    }

    /**
     * The line on which a setting begins, or the nearest one around it. The error does not know it when the mapper found
     * out only after it had read on.
     *
     * @param longest how long a pointer to what is around it has to be at least, to be longer than this
     */
    private static int line(String text, JsonPointer setting, int longest) {
        String wanted = setting.toString();
        int line = 0;
        int nearest = longest;
        try (JsonParser tokens = SettingsFile.tokens(text)) {
            for (JsonToken token = tokens.nextToken(); token != null; token = tokens.nextToken()) {
                String here = tokens.streamReadContext().pathAsPointer().toString();
                boolean around = wanted.equals(here) || wanted.startsWith(here + "/");
                if (around && here.length() > nearest) {
                    nearest = here.length();
                    line = tokens.currentTokenLocation().getLineNr();
                }
            }
        } catch (StreamReadException e) {
            // Behind the setting the text is broken as well; one error at a time.
            return line;
        }
        return line;
    }

    /** The number of insertions, deletions and replacements between two words. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
