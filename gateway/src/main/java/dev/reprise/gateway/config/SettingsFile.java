package dev.reprise.gateway.config;

import com.fasterxml.jackson.annotation.Nulls;
import dev.reprise.OperationPolicy.Duplicates;
import dev.reprise.OperationPolicy.StoreFailure;
import dev.reprise.OperationPolicy.Uncertain;
import dev.reprise.console.text.Choice;
import dev.reprise.console.text.Quantity;
import dev.reprise.gateway.config.EncryptionSettings.PlainRecords;
import dev.reprise.gateway.config.PathSettings.Difference;
import dev.reprise.http.Fingerprinting.Content;
import dev.reprise.http.Fingerprinting.Head;
import dev.reprise.http.KeyLocation;
import dev.reprise.http.PathReading.Treatment;
import dev.reprise.http.Profile;
import dev.reprise.http.RequestPart;
import dev.reprise.http.StatusRange;
import dev.reprise.store.jdbc.TableName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
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
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads settings from a YAML file, strictly. */
public final class SettingsFile {
    private static final YAMLMapper MAPPER = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL))
            .addModule(new SimpleModule()
                    .addDeserializer(Duration.class, new FromText<>(Duration.class, Quantity::duration))
                    .addDeserializer(Size.class, new FromText<>(Size.class, text -> new Size(Quantity.bytes(text))))
                    .addDeserializer(Address.class, new FromText<>(Address.class, Address::parse))
                    .addDeserializer(Origin.class, new FromText<>(Origin.class, Origin::parse))
                    .addDeserializer(URI.class, new FromText<>(URI.class, Authorization::url))
                    .addDeserializer(Boolean.class, new FromText<>(Boolean.class, SettingsFile::yesOrNo))
                    .addDeserializer(Integer.class, new FromText<>(Integer.class, SettingsFile::number))
                    .addDeserializer(TableName.class, new FromText<>(TableName.class, TableName::of))
                    .addDeserializer(KeyLocation.class, new FromText<>(KeyLocation.class, KeyPlace::parse))
                    .addDeserializer(RequestPart.class, new FromText<>(RequestPart.class, ScopePart::request))
                    .addDeserializer(ScopePart.class, new FromText<>(ScopePart.class, ScopePart::parse))
                    .addDeserializer(Head.class, choice(Head.class))
                    .addDeserializer(Profile.class, choice(Profile.class))
                    .addDeserializer(Content.class, choice(Content.class))
                    .addDeserializer(Difference.class, choice(Difference.class))
                    .addDeserializer(ReplayBody.class, choice(ReplayBody.class))
                    .addDeserializer(PlainRecords.class, choice(PlainRecords.class))
                    .addDeserializer(Treatment.class, choice(Treatment.class))
                    .addDeserializer(Uncertain.class, choice(Uncertain.class))
                    .addDeserializer(Duplicates.class, choice(Duplicates.class))
                    .addDeserializer(StoreFailure.class, choice(StoreFailure.class))
                    .addDeserializer(StatusRange.class, new FromText<>(StatusRange.class, StatusRange::parse))
                    .addDeserializer(
                            ReconcileTarget.class, new FromText<>(ReconcileTarget.class, ReconcileTarget::parse)))
            .build();

    private SettingsFile() {}

    private static <E extends Enum<E>> FromText<E> choice(Class<E> type) {
        return new FromText<>(type, text -> Choice.parse(type, text));
    }

    private static Boolean yesOrNo(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException('"' + text + "\" is neither true nor false");
        };
    }

    private static Integer number(String text) {
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException('"' + text + "\" is not a whole number", e);
        }
    }

    /**
     * Reads the file.
     *
     * @throws ConfigException if it cannot be read or says something that is not a setting; the message names the line
     */
    public static GatewaySettings read(Path file) {
        return GatewaySettings.of(source(file));
    }

    /** The same, setting by setting. */
    static SettingsSource source(Path file) {
        String text = text(file);
        try {
            SettingsError.requireValues(text).ifPresent(missing -> {
                throw new ConfigException(file + missing);
            });
            return MAPPER.readValue(text, SettingsSource.class);
        } catch (JacksonException e) {
            throw new ConfigException(file + SettingsError.describe(text, e), e);
        }
    }

    /**
     * The error with the file and the line of its setting in front, where the file has that setting.
     *
     * @param file what the settings were read from
     */
    public static ConfigException placed(Path file, ConfigException error) {
        return error.setting()
                .map(setting -> SettingsError.lineOf(text(file), setting))
                .filter(line -> line > 0)
                .map(line -> error.in(file + ":" + line + ": "))
                .orElse(error);
    }

    /** The tokens of a text, for finding a place in it. */
    static JsonParser tokens(String text) {
        return MAPPER.createParser(text);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ConfigException("There is no file " + file, e);
        } catch (IOException e) {
            throw new ConfigException("The file " + file + " cannot be read: " + Reason.of(e), e);
        }
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
            try {
                if (text == null) {
                    throw new IllegalArgumentException("expected one value here");
                }
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                throw DatabindException.from(parser, e.getMessage(), e);
            }
        }
    }
}
