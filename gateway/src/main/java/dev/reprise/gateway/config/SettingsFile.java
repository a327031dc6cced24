package dev.reprise.gateway.config;

import dev.reprise.OperationPolicy.Duplicates;
import dev.reprise.OperationPolicy.StoreFailure;
import dev.reprise.OperationPolicy.Uncertain;
import dev.reprise.http.Route.ServerErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads settings from a YAML file, strictly. */
public final class SettingsFile {
    private static final YAMLMapper MAPPER = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .addModule(new SimpleModule()
                    .addDeserializer(Duration.class, new FromText<>(Duration.class, Quantity::duration))
                    .addDeserializer(Size.class, new FromText<>(Size.class, text -> new Size(Quantity.bytes(text))))
                    .addDeserializer(Address.class, new FromText<>(Address.class, Address::parse))
                    .addDeserializer(Origin.class, new FromText<>(Origin.class, Origin::parse))
                    .addDeserializer(Uncertain.class, choice(Uncertain.class))
                    .addDeserializer(Duplicates.class, choice(Duplicates.class))
                    .addDeserializer(StoreFailure.class, choice(StoreFailure.class))
                    .addDeserializer(ServerErrors.class, choice(ServerErrors.class)))
            .build();

    private SettingsFile() {}

    private static <E extends Enum<E>> FromText<E> choice(Class<E> type) {
        return new FromText<>(type, text -> Choice.parse(type, text));
    }

    /**
     * Reads the file.
     *
     * @throws ConfigException if it cannot be read or says something that is not a setting; the message names the line
     */
    public static Settings read(Path file) {
        String text = text(file);
        try {
            Settings settings = text.isBlank() ? null : MAPPER.readValue(text, Settings.class);
            return settings == null ? Settings.NONE : settings;
        } catch (JacksonException e) {
            throw new ConfigException(file + line(e) + ": " + problem(e), e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ConfigException("There is no file " + file, e);
        } catch (IOException e) {
            throw new ConfigException("The file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static String line(JacksonException e) {
        return e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? ""
                : ":" + e.getLocation().getLineNr();
    }

    private static String problem(JacksonException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            String name = unknown.getPropertyName();
            Collection<Object> known = unknown.getKnownPropertyIds();
            String nearest = known.stream()
                    .map(Object::toString)
                    .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                    .orElse("");
            return "there is no setting \"" + name + "\" here; did you mean \"" + nearest + "\"?";
        }
        return where(e) + reason(e);
    }

    private static String where(JacksonException e) {
        if (!(e instanceof DatabindException) || e.getPath().isEmpty()) {
            return "";
        }
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() != null) {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            } else {
                path.append('[').append(step.getIndex() + 1).append(']');
            }
        }
        return path + ": ";
    }

    private static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && !(cause instanceof IllegalArgumentException)) {
            cause = cause.getCause();
        }
        String message = cause instanceof JacksonException jackson ? jackson.getOriginalMessage() : cause.getMessage();
        return message == null ? cause.toString() : message.lines().findFirst().orElse("");
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

    /** A value that is written as one word. */
    private static final class FromText<T> extends StdDeserializer<T> {
        private final Function<String, T> parse;

        private FromText(Class<T> type, Function<String, T> parse) {
            super(type);
            this.parse = parse;
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) {
            @Nullable String text = parser.getValueAsString();
            if (text == null) {
                return context.reportInputMismatch(this, "expected one value here");
            }
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                return context.reportInputMismatch(this, "%s", e.getMessage());
            }
        }
    }
}
