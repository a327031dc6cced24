package dev.reprise.conformance.command;

import dev.reprise.conformance.Field;
import dev.reprise.conformance.Level;
import dev.reprise.conformance.Profile;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the values of options; named at each option, because other commands read the same types differently. */
final class Converters {
    private Converters() {}

    /** An absolute URL. */
    static final class Url implements ITypeConverter<URI> {
        @Override
        public URI convert(String text) {
            try {
                URI uri = new URI(text);
                if (uri.getHost() == null) {
                    throw new TypeConversionException("a URL is written http://host/path, not " + text);
                }
                return uri;
            } catch (URISyntaxException e) {
                throw new TypeConversionException("a URL is written http://host/path: " + e.getMessage());
            }
        }
    }

    /** A header field. */
    static final class Header implements ITypeConverter<Field> {
        @Override
        public Field convert(String text) {
            try {
                return Field.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** A time such as 500ms, 30s, 5m or 1h. */
    static final class Time implements ITypeConverter<Duration> {
        private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

        @Override
        public Duration convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("a time is written 500ms, 30s, 5m or 1h, not " + text);
            }
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                default -> Duration.ofHours(number);
            };
        }
    }

    /** The name of a profile. */
    static final class ProfileName implements ITypeConverter<Profile> {
        @Override
        public Profile convert(String text) {
            return Arrays.stream(Profile.values())
                    .filter(profile -> profile.label().equals(text.toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("there is ietf, stripe and oasis, and no " + text));
        }
    }

    /** The name of a level. */
    static final class LevelName implements ITypeConverter<Level> {
        @Override
        public Level convert(String text) {
            return Arrays.stream(Level.values())
                    .filter(level -> level.label().equals(text.toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("there is must, should and ours, and no " + text));
        }
    }
}
