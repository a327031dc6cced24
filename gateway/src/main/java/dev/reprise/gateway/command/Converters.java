package dev.reprise.gateway.command;

import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.text.Choice;
import dev.reprise.console.text.Quantity;
import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.config.Authorization;
import dev.reprise.gateway.config.Origin;
import dev.reprise.gateway.config.Size;
import dev.reprise.http.Profile;
import dev.reprise.store.jdbc.TableName;
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

    static Profile profile(String text) {
        return convert(text, name -> Choice.parse(Profile.class, name));
    }

    static TableName table(String text) {
        return convert(text, TableName::of);
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

    static OperationFilter operationKey(String text) {
        return convert(text, key -> OperationFilter.ofKey(key, StoreOption.SAME_KEY));
    }

    static dev.reprise.client.IdempotencyKey clientKey(String text) {
        return convert(text, dev.reprise.client.IdempotencyKey::new);
    }

    private static <T> T convert(String text, Function<String, T> parse) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
