package dev.reprise.gateway.command;

import dev.reprise.IdempotencyKey;
import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.config.Authorization;
import dev.reprise.gateway.config.Origin;
import dev.reprise.gateway.config.Quantity;
import dev.reprise.gateway.config.Size;
import dev.reprise.gateway.config.StoreLocation;
import java.net.URI;
import java.time.Duration;
import java.util.function.Function;
import picocli.CommandLine.TypeConversionException;

/** Reads the values of options, with the messages of the settings. */
final class Converters {
    private Converters() {}

    static Address address(String text) {
        return convert(text, Address::parse);
    }

    static Origin origin(String text) {
        return convert(text, Origin::parse);
    }

    static Duration duration(String text) {
        return convert(text, Quantity::duration);
    }

    static Size size(String text) {
        return new Size(convert(text, Quantity::bytes));
    }

    static URI authorization(String text) {
        return convert(text, Authorization::url);
    }

    static StoreLocation store(String text) {
        return convert(text, StoreLocation::parse);
    }

    static IdempotencyKey key(String text) {
        return convert(text, IdempotencyKey::new);
    }

    private static <T> T convert(String text, Function<String, T> parse) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
